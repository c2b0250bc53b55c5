"""How long the index of 200 added pages takes: `python -m benchmarks.knowledge.building [PAGES]`.

A page is 500 words under three headings, its sentences drawn from the packaged articles in random order (seed 7), so that no text
repeats and the words are real ones.
"""

import os
import random
import sys
import tempfile
import time
from pathlib import Path

from codirector.knowledge.index import ARTICLES, read_folder
from codirector.knowledge.library import Library


def main(pages: int = 200) -> None:
    sentences = [sentence.text for article in read_folder(ARTICLES) for passage in article.passages for sentence in passage.sentences]
    chance = random.Random(7)
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder) / "notes"
        notes.mkdir()
        for number in range(pages):
            parts = [f"# Page {number}"]
            for part in range(3):
                words = 0
                parts.append(f"\n## Part {part} of page {number}\n")
                while words < 167:
                    parts.append(chance.choice(sentences))
                    words += len(parts[-1].split())
            (notes / f"page-{number}.md").write_text("\n".join(parts), encoding="utf-8")
        library = Library(Path(folder) / "cache", (notes,), progress=lambda done, of: print(f"{done} of {of}", end="\r", file=sys.stderr))
        started, before = time.perf_counter(), time.process_time()
        library.index()
        print(f"{pages} pages: {time.perf_counter() - started:.1f} s, of CPU time {time.process_time() - before:.1f} s", end="; ")
        print(f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        started = time.perf_counter()
        Library(Path(folder) / "cache", (notes,)).answer("what does CFG do?")
        print(f"first answer with the stored index: {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
