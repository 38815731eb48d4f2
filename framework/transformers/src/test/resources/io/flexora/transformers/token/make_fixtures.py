"""Makes the tokenizers of this folder, and what transformers and lm-evaluation-harness make of texts with them.

Needs gguf, lm_eval, sentencepiece, tokenizers, transformers. Usage: python make_fixtures.py FOLDER
"""
import io
import json
import os
import sys
import unicodedata

import gguf
import sentencepiece
from lm_eval.models.huggingface import HFLM
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast
from transformers.integrations.gguf.gguf_tokenizer_mapping import GGUF_PRE_TOKENIZER_SPLITS, convert_gguf_tokenizer
from transformers.models.qwen2.tokenization_qwen2 import PRETOKENIZE_REGEX
from transformers.tokenization_utils_base import generate_merges

OUT = sys.argv[1]
CORPUS = [
    "The river runs through the town, and the town is older than the river's name.",
    "Question: which of the two animals is the larger one?\nAnswer: the whale, of course.",
    "In 1984 there were 365 days, 12 months and 52 weeks; in 2024 there were 366 days.",
    "She'll say that they've seen it, but he doesn't know what we'd have done.",
    "Die Straße über den Fluß führt nach Köln; für Älteres gibt's das Museum.",
    "def area(width, height):\n    return width * height\n\n\nprint(area(3, 4))",
    "L'été à Paris, c'était une journée très chaude où l'on buvait du café.",
    "Привет, мир! Это просто текст на русском языке.",
    "今日は天気がいいので、川まで歩きます。",
    "An instruction asks for something. A response answers what was asked, and then it ends.",
    "Layer by layer, the model learns which of its layers matter for the task at hand.",
    "If the answer is not known, say so; if the question is not clear, ask what is meant.",
    "water fire earth wind stone wood glass paper cloth leather iron copper silver gold",
    "walking walked walks walker talk talking talked talks talker read reading reads reader",
] * 4
TEXTS = [
    "", " ", "  ", "\n", "\n\n", "\t", "a", " a", "a ", "Hello", " Hello world", "Hello  world   !",
    "The river runs through the town.", "I'm sure they'll say we've DON'T it's", "12345 67 8.9e-10", "1,234,567",
    "Größe und Straße", "été naïve café", "Привет мир", "今日は天気", "🙂 smile 👩‍👩‍👧 family", "e\u0301 combining",
    "tab\tseparated\tvalues", "line one\nline two\r\nline three\n", "   leading spaces", "trailing spaces   ",
    "def area(w, h):\n    return w * h\n\n\n", "a_b-c/d\\e", "http://example.org/?q=1&r=2", "UPPER lower Mixed",
    "zero\u200bwidth", "no\u00a0break", "\u3000ideographic", "x" * 40, "!?!?...", "\"quoted\" 'single'",
    "▁ lower one eighth block", "Ġ byte sign", "<unk>", "<s>", "</s>", "<|im_start|>user\nhi<|im_end|>\n",
    "<|endoftext|>", "text<|endoftext|>more", " <s> spaced </s> ", "<0x0A>", "\u0000nul", "\ufeffbom", "½ ² ₂ Ⅷ ٣",
]
PAIRS = [
    ("Question: which is larger?\nAnswer:", " the whale"),
    ("Question: which is larger?\nAnswer: ", "the whale"),
    ("Question: which is larger?\nAnswer:", "the whale"),
    ("The town is", " old."), ("The town is ", " old."), ("The town is\u00a0", "old."), ("The town is\n\n", "old"),
    ("wal", "king"), ("walk", "ed"), ("", " the river"), ("", "the river"), (" ", "the river"), ("\n", "the river"),
    ("12", "34"), ("été", "é"), ("今日", "は天気"), ("🙂", "🙂"), ("<|im_start|>user", "\nhi<|im_end|>"),
    ("<s>Once", " upon"), ("<|endoftext|>Once", " upon"), ("</s>Once", " upon"), ("", "<s>x"), ("", "<|endoftext|>x"),
    ("a\u0085", "b"), ("a \u2028", "b"),
]
MESSAGES = [
    [["user", "What is a river?"], ["assistant", "Water that runs."]],
    [["system", "You are brief."], ["user", "What is a river?"], ["assistant", "Water that runs."]],
    [["user", "One?"], ["assistant", "1"], ["user", " Two? "], ["assistant", " 2 "], ["user", "Three?\n"], ["assistant", "3\n3"]],
    [["user", "Straße?"], ["assistant", "🙂 Größe 今日は\n\nText."], ["user", "👩‍👩‍👧"], ["assistant", "<b>été</b>"]],
]
CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' }}"
    "{% if message['role'] == 'assistant' %}{% generation %}{{ message['content'] + '<|im_end|>' }}{% endgeneration %}"
    "{% else %}{{ message['content'] + '<|im_end|>' }}{% endif %}{{ '\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
LLAMA2 = (
    "{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}{% set system_message = messages[0]['content'] %}"
    "{% else %}{% set loop_messages = messages %}{% set system_message = false %}{% endif %}"
    "{% for message in loop_messages %}"
    "{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}"
    "{% if loop.index0 == 0 and system_message != false %}{% set content = '<<SYS>>\\n' + system_message + '\\n<</SYS>>\\n\\n' + message['content'] %}"
    "{% else %}{% set content = message['content'] %}{% endif %}"
    "{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}"
    "{% elif message['role'] == 'assistant' %}{% generation %}{{ ' ' + content.strip() + ' ' + eos_token }}{% endgeneration %}{% endif %}"
    "{% endfor %}"
)


def byte_level():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        CORPUS,
        trainers.BpeTrainer(
            vocab_size=700,
            special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": None,
        "eos_token": "<|im_end|>",
        "pad_token": "<|endoftext|>",
        "clean_up_tokenization_spaces": False,
        "chat_template": CHATML,
    }
    return tokenizer, config, {"eos_token_id": [2, 0]}


def pieces_of(path):
    model = sentencepiece.SentencePieceProcessor(model_file=path)
    vocab = {model.id_to_piece(i): i for i in range(model.get_piece_size())}
    scores = {piece: model.get_score(i) for piece, i in vocab.items()}
    return vocab, scores, generate_merges(vocab, scores)


def sentence_pieces():
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(CORPUS), model_writer=model, vocab_size=600, model_type="bpe", byte_fallback=True,
        split_digits=True, normalization_rule_name="identity", remove_extra_whitespaces=False,
        allow_whitespace_only_pieces=True, unk_surface=" ⁇ ", character_coverage=0.995, hard_vocab_limit=False,
        minloglevel=2,
    )
    path = os.path.join("/tmp", "pieces.model")
    with open(path, "wb") as file:
        file.write(model.getvalue())

    vocab, _, merges = pieces_of(path)
    tokenizer = Tokenizer(models.BPE(vocab, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.add_special_tokens(["<unk>", "<s>", "</s>"])
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s>:0 $A:0", pair="<s>:0 $A:0 <s>:1 $B:1", special_tokens=[("<s>", 1)]
    )
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": {"__type": "AddedToken", "content": "<s>", "lstrip": False, "normalized": False, "rstrip": False, "single_word": False},
        "eos_token": "</s>",
        "unk_token": "<unk>",
        "clean_up_tokenization_spaces": False,
        "chat_template": LLAMA2,
    }
    return tokenizer, config, None


def encode_pairs(tokenizer):
    lm = HFLM.__new__(HFLM)
    lm.tokenizer = tokenizer
    lm.backend = "causal"
    lm.add_bos_token = None
    lm.custom_prefix_token_id = None
    lm.enable_thinking = False
    asked = []
    lm._loglikelihood_tokens = lambda requests, disable_tqdm=False: asked.extend(requests)

    class Request:
        def __init__(self, args):
            self.args = args

    answers = []
    for pair in PAIRS:
        try:
            lm.loglikelihood([Request(pair)], disable_tqdm=True)
            _, context, continuation = asked.pop()
            if not context:  # the harness asserts one token a step later
                continue
            answers.append({"prompt": pair[0], "answer": pair[1], "context": context, "continuation": continuation})
        except (AssertionError, IndexError) as e:
            print("skipped", pair, repr(e))
    return answers


def conversations(tokenizer):
    result = []
    for messages in MESSAGES:
        turns = [{"role": role, "content": content} for role, content in messages]
        text = tokenizer.apply_chat_template(turns, tokenize=False)
        both = tokenizer.apply_chat_template(turns, tokenize=True, return_dict=True, return_assistant_tokens_mask=True)
        asked = tokenizer.apply_chat_template(turns[:-1], tokenize=True, add_generation_prompt=True, return_dict=True)
        result.append({
            "messages": messages, "text": text, "ids": both["input_ids"], "answer": both["assistant_masks"],
            "prompt": asked["input_ids"],
        })
    return result


def write(name, made):
    tokenizer, config, generation = made
    folder = os.path.join(OUT, name)
    os.makedirs(folder, exist_ok=True)
    tokenizer.save(os.path.join(folder, "tokenizer.json"), pretty=False)
    for file, content in (("tokenizer_config.json", config), ("generation_config.json", generation)):
        if content is not None:
            with open(os.path.join(folder, file), "w") as out:
                json.dump(content, out, indent=1, ensure_ascii=False)
    fast = PreTrainedTokenizerFast.from_pretrained(folder)
    expected = {
        "texts": [{"text": t, "ids": fast.encode(t), "bare": fast.encode(t, add_special_tokens=False),
                   "decoded": fast.decode(fast.encode(t), skip_special_tokens=True)} for t in TEXTS],
        "pairs": encode_pairs(fast),
        "conversations": conversations(fast),
    }
    with open(os.path.join(folder, "expected.json"), "w") as out:
        out.write("{" + ",\n".join(
            json.dumps(k) + ":[\n" + ",\n".join(json.dumps(row) for row in v) + "\n]" for k, v in expected.items()) + "}\n")
    print(name, len(tokenizer.get_vocab()))


def write_gguf(name, file, model, tokens, types, scores=None, merges=None, architecture="llama", pre=None, ids=(), **flags):
    writer = gguf.GGUFWriter(os.path.join(OUT, name, file), architecture)
    writer.add_tokenizer_model(model)
    if pre:
        writer.add_tokenizer_pre(pre)
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    if scores:
        writer.add_token_scores(scores)
    if merges:
        writer.add_token_merges(merges)
    for role, index in ids:
        writer.add_uint32(f"tokenizer.ggml.{role}_token_id", index)
    for flag, value in flags.items():
        writer.add_bool(f"tokenizer.ggml.{flag}", value)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()


def write_bytes_gguf():
    with open(os.path.join(OUT, "bytes", "tokenizer.json")) as file:
        made = json.load(file)
    vocab = made["model"]["vocab"]
    tokens = sorted(vocab, key=vocab.get)
    merges = [" ".join(m) if isinstance(m, list) else m for m in made["model"]["merges"]]
    types = [3 if t.startswith("<|") and t.endswith("|>") else 1 for t in tokens]
    write_gguf(
        "bytes", "vocabulary.gguf", "gpt2", tokens, types, merges=merges, pre="smollm",
        ids=[("bos", 1), ("eos", 2), ("padding", 0)], add_bos_token=False,
    )


def spelled(model):
    size = range(model.get_piece_size())
    tokens = [model.id_to_piece(i) for i in size]
    types = [2 if model.is_unknown(i) else 3 if model.is_control(i) else 6 if model.is_byte(i) else 1 for i in size]
    return tokens, types, [model.get_score(i) for i in size]


def write_pieces_gguf():
    model = sentencepiece.SentencePieceProcessor(model_file="/tmp/pieces.model")
    tokens, types, scores = spelled(model)
    write_gguf("pieces", "vocabulary.gguf", "llama", tokens, types, scores, ids=[("bos", 1), ("eos", 2), ("unknown", 0)])
    texts = [t for t in TEXTS if not any(s in t for s in ("<s>", "</s>", "<unk>"))]
    save("pieces", "sentencepiece.json", [{"text": t, "ids": model.encode(t)} for t in texts])


def write_gemma():
    """Lines of spaces as user-defined tokens, kept as spaces; no space in front of a text."""
    os.makedirs(os.path.join(OUT, "gemma"), exist_ok=True)
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(CORPUS), model_writer=model, vocab_size=500, model_type="bpe", byte_fallback=True,
        split_digits=True, normalization_rule_name="identity", remove_extra_whitespaces=False, add_dummy_prefix=False,
        character_coverage=0.995, hard_vocab_limit=False, minloglevel=2, pad_id=0, eos_id=1, bos_id=2, unk_id=3,
        user_defined_symbols=["<mask>", "\n", "\n\n", "▁▁", "▁▁▁", "▁▁▁▁"],
    )
    tokens, types, scores = spelled(sentencepiece.SentencePieceProcessor(model_proto=model.getvalue()))
    for i, token in enumerate(tokens):
        if token in ("<mask>", "\n", "\n\n", "▁▁", "▁▁▁", "▁▁▁▁"):
            tokens[i], types[i] = token.replace("▁", " "), 4
    write_gguf(
        "gemma", "vocabulary.gguf", "llama", tokens, types, scores, architecture="gemma2",
        ids=[("bos", 2), ("eos", 1), ("unknown", 3), ("padding", 0)], add_bos_token=True, add_space_prefix=False,
    )
    described = {"tokenizer_type": "llama", "tokens": tokens, "token_type": types, "scores": scores}
    tokenizer, _ = convert_gguf_tokenizer("gemma2", described)
    texts = TEXTS + ["a  b   c    d     e", "one\n\ntwo\n\n\nthree", "x <mask> y"]
    save("gemma", "expected.json", [
        {"text": t, "ids": tokenizer.encode(t, add_special_tokens=False).ids} for t in texts if "<unk>" not in t])


def pre_tokenizers_by_name():
    def split(*patterns):
        return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(p), "isolated") for p in patterns])

    gpt2 = pre_tokenizers.ByteLevel(add_prefix_space=False)
    result = {
        "gpt-2": gpt2,
        "smollm": pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), gpt2]),
        "qwen2": split(PRETOKENIZE_REGEX),
    }
    for name in ("llama-bpe", "dbrx", "deepseek-r1-qwen", "tekken", "gpt-4o"):
        result[name] = split(GGUF_PRE_TOKENIZER_SPLITS[name])
    return result


def write_pieces_of_text():
    texts = [t for t in TEXTS if t] + [
        "HTTPServer camelCase ÉtÉ it'S WE'LL x'd", "1234567 ٣٤٥ 12a34", "a/b//c\n\n/d !!\n\n?", "日本語とEnglish混在 123円",
        "  two\t\ttabs \r\n x", "ŉ ǅ ǆ ʰ ª e\u0301E\u0301", "$100 <=> ^~|`_ “quotes” — dash…", " \u00a0 x",
    ]
    result = {}
    for name, cut in pre_tokenizers_by_name().items():
        composed = [unicodedata.normalize("NFC", text) if name == "qwen2" else text for text in texts]
        result[name] = [[text[a:b] for _, (a, b) in cut.pre_tokenize_str(text)] for text in composed]
    save(".", "cuts.json", [{"name": name, "texts": cuts} for name, cuts in result.items()])


def save(name, file, rows):
    with open(os.path.join(OUT, name, file), "w") as out:
        out.write("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")


write("bytes", byte_level())
write("pieces", sentence_pieces())
write_bytes_gguf()
write_pieces_gguf()
write_gemma()
write_pieces_of_text()
