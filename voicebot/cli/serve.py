"""`voicebot serve`"""

import argparse
import signal
import sys
from pathlib import Path
from typing import Any

from voicebot.cli.common import hotline_arguments

HELP = "the browser console: talk to the hotline from a web page, watch calls, replay past ones"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1: this machine alone)")
    parser.add_argument("--port", type=int, default=8188, metavar="N", help="port (default 8188; 0: any free one)")
    parser.add_argument("--token", metavar="TEXT", help="what visitors must know; needed for any other --host")
    parser.add_argument("--record", metavar="DIR", help="keep calls in DIR, which callers are told, and may decline")
    parser.add_argument("--workers", type=int, metavar="N", help="processes that hold calls (default: one less than cores)")
    parser.add_argument("--max-calls", type=int, metavar="N", help="calls at once (default: 10 a worker); others wait in a queue")
    parser.add_argument("--origin", action="append", default=[], metavar="URL", help="address at which a proxy shows the page")
    parser.add_argument("--tls-cert", metavar="FILE", help="certificate in PEM: browsers give a microphone to https alone")
    parser.add_argument("--tls-key", metavar="FILE", help="its key")
    parser.add_argument("--model", metavar="PATH", help="acoustic model of the language of --lang (default: the best one found)")
    hotline_arguments(parser)


def run(args: argparse.Namespace) -> int:
    import logging

    from voicebot.live.console.server import serve
    from voicebot.live.console.settings import ConsoleSettings

    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="voicebot: %(asctime)s %(message)s")
    settings = ConsoleSettings(
        host=args.host,
        port=args.port,
        token=args.token,
        hotline=args.hotline,
        language=args.lang,
        model=args.model,
        record=Path(args.record) if args.record else None,
        workers=args.workers,
        max_calls=args.max_calls,
        origins=tuple(args.origin),
        certificate=Path(args.tls_cert) if args.tls_cert else None,
        key=Path(args.tls_key) if args.tls_key else None,
    )
    signal.signal(signal.SIGTERM, _interrupt)
    serve(settings, lambda text: print(f"voicebot: {text}", file=sys.stderr, flush=True))
    return 0


def _interrupt(number: int, frame: Any) -> None:
    """SIGTERM ends the server as Ctrl-C does."""
    raise KeyboardInterrupt
