"""The report of a folder of calls: KPIs as JSON, and one HTML page with everything in it."""

from voicebot.metrics.report.writing import PAGE_NAME, TIMELINES, Report, make_report, write_page

__all__ = ["PAGE_NAME", "TIMELINES", "Report", "make_report", "write_page"]
