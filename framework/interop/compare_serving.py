"""`flexora serve`, asked by clients of OpenAI's interface that know nothing of it: openai for Python, and LangChain4j.

Both are used as their manuals say, with nothing set but the address. Their vectors and texts have to be equal, streamed
and whole answers, too, and a refusal has to arrive as the client's own error. Maven fetches LangChain4j as `langchain4j.xml`
names it, and `java` compiles `AskLangChain4j.java` as it starts it.
"""

import json
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import openai

from launcher import Flexora
from tables import Table, largest

HERE = Path(__file__).resolve().parent
WAIT = 120
PACKED = 2e-7  # what the shortest decimals of single precision leave
TEXT = "a small stream"
QUESTION = "Name three colours."
TOKENS = 24
REFUSED = {"dimensions": "invalid", "format": "invalid", "model": "missing", "streamed_model": "missing"}


def run(arguments):
    flexora = Flexora(arguments.flexora, arguments.work, arguments.threads)
    table = Table()
    vectors, chat = arguments.vectors.resolve().name, arguments.chat.resolve().name
    process, address = started(flexora, [arguments.vectors, arguments.chat])
    try:
        python = of_openai(address, vectors, chat)
        java = of_langchain4j(flexora.work, arguments, address, vectors, chat)
    finally:
        process.terminate()
        process.wait(60)
    for client, seen in (("openai", python), ("LangChain4j", java)):
        table.require(f"{client}: streamed equals whole", seen["streamed"] == seen["whole"] != "", len(seen["whole"]))
        for error, expected in REFUSED.items():
            table.require(f"{client}: refusal of {error}", seen[error] == expected, seen[error])
    table.add("openai: base64 beside float", len(python["vector"]), largest(python["vector"], python["float"]), PACKED)
    table.add("LangChain4j beside openai: a vector", len(java["vector"]), largest(java["vector"], python["vector"]), PACKED)
    table.require("LangChain4j beside openai: a text", java["whole"] == python["whole"], len(java["whole"]))
    table.require("LangChain4j beside openai: tokens", java["tokens"] == python["tokens"], java["tokens"])
    return table.finish()


def started(flexora, runs):
    """The server as a process, and its address once it is ready."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = open(flexora.work / "serve.log", "wb")
    command = [str(flexora.launcher), "serve", *map(str, runs), "--port", str(port)]
    process = subprocess.Popen(command, stdout=log, stderr=log, env=flexora.environment)
    end = time.monotonic() + WAIT
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=5).read()
            return process, f"http://127.0.0.1:{port}/v1"
        except OSError:
            time.sleep(0.5)
    process.kill()
    sys.exit(f"the server did not start; see {flexora.work / 'serve.log'}")


def of_openai(address, vectors, chat):
    client = openai.OpenAI(base_url=address, api_key="none", max_retries=0)
    asked = {"model": chat, "messages": [{"role": "user", "content": QUESTION}], "temperature": 0, "max_tokens": TOKENS}
    whole = client.chat.completions.create(**asked)
    pieces = client.chat.completions.create(**asked, stream=True)
    plain = client.embeddings.create(model=vectors, input=TEXT, encoding_format="float")
    return {
        # The client asks for base64 where no form is named.
        "vector": client.embeddings.create(model=vectors, input=TEXT).data[0].embedding,
        "float": plain.data[0].embedding,
        "whole": whole.choices[0].message.content,
        "tokens": whole.usage.total_tokens,
        "streamed": "".join(piece.choices[0].delta.content or "" for piece in pieces),
        "dimensions": refusal(lambda: client.embeddings.create(model=vectors, input=TEXT, dimensions=3)),
        "format": refusal(lambda: client.chat.completions.create(**asked, response_format={"type": "json_object"})),
        "model": refusal(lambda: client.embeddings.create(model="none", input=TEXT)),
        "streamed_model": refusal(lambda: client.chat.completions.create(**asked | {"model": "none"}, stream=True)),
    }


def refusal(ask):
    try:
        ask()
    except openai.BadRequestError:
        return "invalid"
    except openai.NotFoundError:
        return "missing"
    return "answered"


def of_langchain4j(work, arguments, address, vectors, chat):
    path = work / "langchain4j.path"
    command = [arguments.maven, "-B", "-q", "-f", str(HERE / "langchain4j.xml"), "dependency:build-classpath"]
    subprocess.run([*command, f"-Dmdep.outputFile={path}"], check=True)
    command = ["java", "-cp", path.read_text().strip(), str(HERE / "AskLangChain4j.java")]
    command += [address, vectors, chat, TEXT, QUESTION, str(TOKENS)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=WAIT).stdout)
