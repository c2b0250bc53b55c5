"""The command line. This module only knows the words; each command lives in its own module, imported when it is called,
so that `codirector --help` answers at once.
"""

import argparse
import importlib
import json
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from codirector import __version__
from codirector.errors import CodirectorError, InputError

COMMANDS = (
    "web", "chat", "generate", "edit", "animate", "read", "find", "compare",
    "upscale", "ask", "verify", "replay", "models", "doctor",
)  # fmt: skip


class Parser(argparse.ArgumentParser):
    """argparse, but a wrong call becomes an InputError like every other."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message[0].upper()}{message[1:]}.", f"See: {self.prog} --help")


def parser() -> argparse.ArgumentParser:
    """The whole grammar."""
    top = Parser(prog="codirector", description="Chat your way to a picture: one change a turn, everything remembered, no GPU needed.")
    top.add_argument("--version", action="version", version=f"codirector {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    common = Parser(add_help=False)
    common.add_argument("--home", metavar="DIR", help="folder for sessions and pictures (default: the platform's user data folder)")
    common.add_argument("--models-dir", dest="models", metavar="DIR", help="folder with the embedded models")
    common.add_argument("--threads", type=int, metavar="N", help="CPU threads for pictures (default: all cores but one)")
    common.add_argument("--device", choices=("auto", "cpu", "cuda"), help="where pictures are made")
    common.add_argument("--json", action="store_true", help="one JSON object a line, for machines")

    def command(name: str, summary: str, example: str) -> argparse.ArgumentParser:
        return commands.add_parser(
            name, help=summary, description=summary, parents=[common],
            epilog=f"example:\n  {example}", formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip

    web = command("web", "Open the web page.", "codirector web --port 8000")
    web.add_argument("--host", help="address to listen on (default 127.0.0.1: this machine only)")
    web.add_argument("--port", type=int, help="port (default 8000)")
    web.add_argument("--no-browser", action="store_true", help="do not open a browser")
    _planning(web)

    chat = command("chat", "Chat in the terminal: one message a line from standard input.", "codirector chat --session foxes")
    chat.add_argument("--session", metavar="NAME", help="session to go on with (default: the newest; a new one if there is none)")
    chat.add_argument("--new", action="store_true", help="start a new session")
    chat.add_argument("--plan-only", action="store_true", help="plan and apply, but make no picture")
    _planning(chat)

    generate = command(
        "generate", "Make one picture from a prompt.", "codirector generate '(golden armor:1.3), castle --seed 7' --out castle.png"
    )
    generate.add_argument("prompt", help="A1111 syntax is understood: (x:1.3), [x:0.5], --steps 40 --cfg 8 --seed 777")
    generate.add_argument("--out", required=True, metavar="FILE", help="picture to write (.png, .jpg or .webp)")
    generate.add_argument("--negative", help="what to avoid")
    _rendering(generate)

    edit = command("edit", "Change one thing in a picture.", "codirector edit fox.png 'make it brighter' --out brighter.png")
    edit.add_argument("image", metavar="IMAGE")
    edit.add_argument("instruction", metavar="INSTRUCTION", nargs="?", default="")
    edit.add_argument("--mask", metavar="FILE", help="white where the picture may change")
    edit.add_argument("--region", metavar="WORDS", help="where it may change, in words: 'the sky', 'the red one', 'top left'")
    edit.add_argument("--box", metavar="L,T,R,B", help="the thing inside a box, in shares of the picture: 0.1,0.2,0.6,0.9")
    edit.add_argument("--point", metavar="X,Y", help="what hangs together with a point, in shares of the picture: 0.5,0.4")
    edit.add_argument("--grow", type=float, default=0.0, metavar="SHARE", help="widen the region by a share of the width")
    edit.add_argument("--feather", type=float, default=0.012, metavar="SHARE", help="width of its soft seam (default 0.012)")
    edit.add_argument("--invert", action="store_true", help="change everything but the region")
    edit.add_argument("--mask-out", metavar="FILE", help="write the region that was used, as a picture")
    edit.add_argument("--lut", metavar="FILE", help="grade with a colour table (.cube)")
    edit.add_argument("--amount", type=float, default=1.0, help="how much of --lut, 0 to 1")
    edit.add_argument("--seed", type=int)
    edit.add_argument("--out", metavar="FILE", help="picture to write (default: beside the image)")
    edit.add_argument("--model", help="picture model")
    _planning(edit)

    animate = command(
        "animate", "Make a film: from a prompt, a picture file, or a script (.txt, .md, .fountain).",
        "codirector animate '3d render of a fox in the snow' --motion 'slow zoom in' --seconds 3 --out fox.mp4",
    )  # fmt: skip
    animate.add_argument("source", metavar="PROMPT|IMAGE|SCRIPT", help="what to see, a picture to set in motion, or a text to film")
    animate.add_argument("--motion", default="", metavar="TEXT", help="camera words or a Deforum schedule (default: slow zoom in)")
    animate.add_argument("--subject", default="", metavar="TEXT", help="what the thing does: 'the fox jumps'")
    animate.add_argument("--seconds", type=float, help="how long (default 3; a script: as long as its words take to read)")
    animate.add_argument("--fps", type=int, default=24)
    animate.add_argument(
        "--out", required=True, metavar="FILE", help="film to write: .mp4, .webm, .mov (ProRes), .gif, .webp or .zip (PNG)"
    )
    animate.add_argument("--easing", choices=("linear", "ease in", "ease out", "ease in and out"), help="how the move begins and ends")
    animate.add_argument("--loop", action="store_true", help="the end leads back to the beginning")
    animate.add_argument("--fade", default="", metavar="TEXT", help="'in', 'out' or 'in and out'")
    animate.add_argument("--grade", default=None, metavar="TEXT|FILE", help="colours: words, a .cube table or a picture to match")
    animate.add_argument("--stabilise", action="store_true", help="take unwanted shake out")
    animate.add_argument("--motion-blur", type=float, metavar="DEGREES", help="shutter angle, 180 is a film camera's")
    animate.add_argument("--rework", metavar="STRENGTH", help="let the picture model go over the frames, 0.1 to 0.8")
    animate.add_argument("--speed-ramp", default="", metavar="TEXT", help="'slow in the middle', 'half speed', '2x'")
    animate.add_argument("--title", default="", metavar="TEXT", help="title at the beginning")
    animate.add_argument("--sound", metavar="FILE", help="sound track, cut to the film's length")
    animate.add_argument("--shots", type=int, default=10, metavar="N", help="of a script: at most so many shots (default 10)")
    animate.add_argument("--style", default="", help="of a script: the style of all shots (default: 3d render)")
    animate.add_argument("--beats", action="store_true", help="of a script: cut on the beats of the sound track")
    animate.add_argument("--no-captions", action="store_true", help="of a script: leave the words out of the picture")
    animate.add_argument("--timeline", metavar="FILE", help="write the cuts as OpenTimelineIO, too (.otio)")
    _rendering(animate)

    read = command("read", "Say what a picture shows and what its file carries; answer; explain.", "codirector read fox.png --report out/")
    read.add_argument("image", metavar="IMAGE")
    read.add_argument("--question", metavar="TEXT", help="for example: what colour is the fox?")
    read.add_argument("--reader", metavar="MODEL", help="who reads: a vision-language model's folder or hub id, or 'openai:…'")
    read.add_argument("--report", metavar="DIR", help="write how it was read, in five steps: report.html and PNG files")

    find = command("find", "Find pictures of your sessions by words or by a picture.", "codirector find 'a fox in the snow'")
    find.add_argument("what", metavar="WORDS|IMAGE")
    find.add_argument("--session", metavar="NAME", help="only in this session (default: in all)")
    find.add_argument("--number", type=int, default=8, metavar="N", help="at most so many (default 8)")

    compare = command(
        "compare",
        "One prompt and seed over several models, as a labelled grid.",
        "codirector compare 'a fox' --models embedded,org/name --out grid.png",
    )
    compare.add_argument("prompt")
    compare.add_argument("--models", dest="compare_models", required=True, metavar="A,B", help="models, separated by commas")
    compare.add_argument("--out", required=True, metavar="FILE")
    compare.add_argument("--seed", type=int, default=0)

    ask = command("ask", "Answer a question about generative visuals, with sources.", "codirector ask 'what does CFG do?'")
    ask.add_argument("question", metavar="QUESTION")
    ask.add_argument("--notes", metavar="DIR", help="folder with your own Markdown and PDF files that may answer, too")
    ask.add_argument("--planner", help="'openai:…', 'ollama:…' or 'anthropic:…' words the answer from the same passages")

    upscale = command(
        "upscale", "Make a picture 2, 3 or 4 times as wide and high (Real-ESRGAN).", "codirector upscale fox.png --factor 4 --out big.png"
    )
    upscale.add_argument("image", metavar="IMAGE")
    upscale.add_argument("--factor", type=int, choices=(2, 3, 4), default=4)
    upscale.add_argument("--out", required=True, metavar="FILE")

    verify = command("verify", "Check a picture or a session against its hashes.", "codirector verify --session foxes")
    verify.add_argument("file", nargs="?", metavar="FILE")
    verify.add_argument("--session", metavar="NAME")

    replay = command("replay", "Make a picture again from its stored request and compare the bytes.", "codirector replay fox.png")
    replay.add_argument("file", nargs="?", metavar="FILE")
    replay.add_argument("--session", metavar="NAME", help="every picture of a session")
    replay.add_argument("--turn", type=int, metavar="N", help="only this turn of the session")

    models = command(
        "models", "List the models, say which are here, fit, and suit; get one.", "codirector models --for 'a movie poster, photo'"
    )
    models.add_argument("--all", action="store_true", help="the whole catalogue, also what is not here")
    models.add_argument("--for", dest="scene", metavar="PROMPT", help="recommend models for this, with reasons")
    models.add_argument("--show", metavar="NAME", help="every fact about one model, with its source and date")
    models.add_argument("--kind", choices=("picture", "film"), help="only models of this kind")
    models.add_argument("--base", default="", metavar="TEXT", help="only models of this base: sd15, sdxl, flux, ...")
    models.add_argument("--memory", type=float, metavar="GB", help="only models that draw within so much memory, in half precision")
    models.add_argument("--commercial", action="store_true", help="only models whose licence allows commercial use")
    models.add_argument("--get", metavar="NAME", help="download a model: resumed, checked against its hash")
    models.add_argument("--into", metavar="DIR", help="folder to download into (default: models in the home folder)")
    models.add_argument("--host", metavar="URL", help="a mirror of the hub (default https://huggingface.co)")
    models.add_argument("--allow-pickle", action="store_true", help="take pickled weights, too, and convert them without running them")

    doctor = command("doctor", "Say what this machine has, what works offline and what is missing.", "codirector doctor")
    _planning(doctor)
    return top


def _planning(command: argparse.ArgumentParser) -> None:
    command.add_argument("--planner", help="'embedded', 'rules', or 'openai:…', 'ollama:…', 'anthropic:…'")
    command.add_argument("--enrich", choices=("off", "subtle", "full"), help="fill in what a new picture leaves open, and say what")
    if command.get_default("model") is None and not any("--model" in action.option_strings for action in command._actions):
        command.add_argument("--model", help="default picture model")


def _rendering(command: argparse.ArgumentParser) -> None:
    command.add_argument("--seed", type=int)
    command.add_argument("--steps", type=int)
    command.add_argument("--cfg", "--guidance", dest="cfg", type=float, help="guidance scale")
    command.add_argument("--size", metavar="WxH")
    command.add_argument("--sampler")
    command.add_argument("--model", help="embedded (default), a hub id, a folder or a .safetensors file")


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command and returns its exit code: 0 done, 1 a fault, 2 something the person can mend, 130 stopped."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    # Threads that spin while they wait for each other made a picture 35 times slower beside another busy process; must be set before
    # the OpenMP runtime is loaded.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        grammar = parser()
        flags = grammar.parse_args(arguments)
        if flags.command is None:
            grammar.print_help()
            return 0
        module = importlib.import_module(f"codirector.assistant.cli.{flags.command}")
        return module.run(flags)
    except CodirectorError as error:
        if "--json" in arguments:
            print(json.dumps({"error": {"message": error.message, "hint": error.hint, "kind": type(error).__name__}}, ensure_ascii=False))
        print(f"codirector: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0
