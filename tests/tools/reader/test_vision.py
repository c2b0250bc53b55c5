"""Vision-language models behind one request: tiny models of the real classes with random weights, made here."""

import pytest
from PIL import Image

from codirector.errors import InternalError, UnknownName, Unsupported
from codirector.tools.backend import RunContext
from codirector.tools.events import Done, Progress
from codirector.tools.reader.backend import OWN, VisionBackend
from codirector.tools.reader.vision import find_reader
from codirector.tools.registry import Registry
from codirector.tools.requests import GenerateRequest, ReadRequest
from codirector.values import Span

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789?.,<>_:"


def tokenizer(*special: str, **named: str):
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    pieces = ["<pad>", "<s>", "</s>", "<unk>", *special, *named.values(), *LETTERS, "Ġ", *(f"Ġ{letter}" for letter in LETTERS)]
    made = Tokenizer(models.BPE(vocab={piece: at for at, piece in enumerate(dict.fromkeys(pieces))}, merges=[], unk_token="<unk>"))
    made.pre_tokenizer, made.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    return PreTrainedTokenizerFast(
        tokenizer_object=made, pad_token="<pad>", bos_token="<s>", eos_token="</s>", unk_token="<unk>", model_max_length=256,
        extra_special_tokens=named or list(special),
    )  # fmt: skip


def save_blip(folder, answers: bool) -> None:
    import transformers as hub

    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *LETTERS, *(f"##{letter}" for letter in LETTERS)]
    words = hub.BertTokenizerFast(vocab={piece: at for at, piece in enumerate(pieces)})
    small = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 37}
    ends = {"bos_token_id": 2, "eos_token_id": 3, "sep_token_id": 3, "pad_token_id": 0}
    config = hub.BlipConfig(
        text_config=small | ends | {"vocab_size": 128, "encoder_hidden_size": 32, "max_position_embeddings": 128},
        vision_config=small | {"image_size": 32, "patch_size": 8}, projection_dim=32,
    )  # fmt: skip
    made = hub.BlipForQuestionAnswering if answers else hub.BlipForConditionalGeneration
    made(config).save_pretrained(folder)
    hub.BlipProcessor(hub.BlipImageProcessorPil(size={"height": 32, "width": 32}), words).save_pretrained(folder)


TEXT = {"vocab_size": 160, "hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 1,
        "intermediate_size": 37, "max_position_embeddings": 2048, "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0}  # fmt: skip


def save_qwen(folder) -> None:
    import transformers as hub

    words = tokenizer("<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>")
    ids = words.convert_tokens_to_ids
    rope = {"rope_type": "default", "mrope_section": [2, 3, 3], "rope_theta": 10000.0}
    config = hub.Qwen2VLConfig(
        text_config=TEXT | {"rope_parameters": rope},
        vision_config={"depth": 1, "embed_dim": 32, "hidden_size": 32, "num_heads": 2, "patch_size": 14, "spatial_merge_size": 2,
                       "mlp_ratio": 1},
        image_token_id=ids("<|image_pad|>"), video_token_id=ids("<|video_pad|>"), vision_start_token_id=ids("<|vision_start|>"),
        vision_end_token_id=ids("<|vision_end|>"),
    )  # fmt: skip
    hub.Qwen2VLForConditionalGeneration(config).save_pretrained(folder)
    words.chat_template = (
        "{% for m in messages %}<|im_start|>{{ m.role }}\n{% for c in m.content %}{% if c.type == 'image' %}<|vision_start|><|image_pad|>"
        "<|vision_end|>{% else %}{{ c.text }}{% endif %}{% endfor %}<|im_end|>\n{% endfor %}<|im_start|>assistant\n"
    )
    words.save_pretrained(folder)
    hub.Qwen2VLImageProcessorPil(size={"shortest_edge": 56 * 56, "longest_edge": 84 * 84}).save_pretrained(folder)


def save_smol(folder) -> None:
    import transformers as hub

    words = tokenizer("<fake_token_around_image>", "<image>", "<global-img>", "<end_of_utterance>", "<row_1_col_1>")
    config = hub.SmolVLMConfig(
        text_config=TEXT | {"model_type": "llama"}, scale_factor=2, image_token_id=words.convert_tokens_to_ids("<image>"), pad_token_id=0,
        vision_config={"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 37, "image_size": 64,
                       "patch_size": 16},
    )  # fmt: skip
    hub.SmolVLMForConditionalGeneration(config).save_pretrained(folder)
    words.chat_template = (
        "{% for m in messages %}{{ m.role }}:{% for c in m.content %}{% if c.type == 'image' %}<image>{% else %}{{ c.text }}{% endif %}"
        "{% endfor %}<end_of_utterance>\n{% endfor %}assistant:"
    )
    words.save_pretrained(folder)
    side = {"longest_edge": 64}
    hub.SmolVLMImageProcessorPil(size=side, max_image_size=side, do_image_splitting=False).save_pretrained(folder)
    (folder / "processor_config.json").write_text('{"image_seq_len": 4, "processor_class": "SmolVLMProcessor"}')


def save_florence(folder) -> None:
    import transformers as hub

    words = tokenizer(image_token="<image>")
    text = hub.BartConfig(
        vocab_size=160, d_model=32, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2, decoder_attention_heads=2,
        encoder_ffn_dim=37, decoder_ffn_dim=37, max_position_embeddings=512, pad_token_id=0, bos_token_id=1, eos_token_id=2,
        decoder_start_token_id=2, forced_eos_token_id=None,
    )  # fmt: skip
    sides = {"embed_dim": [16, 16, 16, 32], "num_heads": [2, 2, 2, 2], "num_groups": [2, 2, 2, 2], "depths": [1, 1, 1, 1]}
    config = hub.Florence2Config(
        text_config=text.to_dict(), vision_config=sides | {"projection_dim": 32, "window_size": 2, "max_position_embeddings": 20},
        image_token_id=words.convert_tokens_to_ids("<image>"), pad_token_id=0, bos_token_id=1, eos_token_id=2,
    )  # fmt: skip
    hub.Florence2ForConditionalGeneration(config).save_pretrained(folder)
    pictures = hub.CLIPImageProcessorPil(size={"height": 64, "width": 64}, crop_size={"height": 64, "width": 64})
    pictures.image_seq_length = 5
    hub.Florence2Processor(pictures, words).save_pretrained(folder)


SAVERS = {
    "blip": lambda folder: save_blip(folder, False), "blip-vqa": lambda folder: save_blip(folder, True), "qwen": save_qwen,
    "smol": save_smol, "florence": save_florence,
}  # fmt: skip


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    import torch

    made = {}
    for name, save in SAVERS.items():
        torch.manual_seed(0)
        made[name] = tmp_path_factory.mktemp(name)
        save(made[name])
    return made


@pytest.fixture
def picture(blobs):
    return blobs.add_image(Image.new("RGB", (80, 60), "orange"))


def ask(backend, blobs, model, picture, question="") -> Done:
    events = list(backend.run(ReadRequest(model=str(model), image=picture, question=question), RunContext(blobs)))
    assert isinstance(events[0], Progress) and [event for event in events if isinstance(event, Done)] == [events[-1]]
    return events[-1]


ASKED = [
    ("blip", ""), ("blip-vqa", "what colour is it?"), ("qwen", ""), ("qwen", "what is it?"), ("smol", "what is it?"), ("florence", ""),
    ("florence", "what is it?"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "question"), ASKED)
def test_every_family_speaks_and_says_how_sure(folders, blobs, picture, name, question):
    backend = VisionBackend()
    facts = ask(backend, blobs, folders[name], picture, question).facts
    assert isinstance(facts["text"], str) and 0.0 < facts["sure"] < 1.0 and facts["reader"] == str(folders[name])
    assert ask(backend, blobs, folders[name], picture, question).facts["text"] == facts["text"]
    backend.close()
    with pytest.raises(InternalError):
        ask(backend, blobs, folders[name], picture)


def test_a_captioner_takes_no_questions(folders, blobs, picture):
    with pytest.raises(Unsupported, match="captions only"):
        ask(VisionBackend(), blobs, folders["blip"], picture, "what is it?")


def test_what_is_no_reader_is_refused_before_any_work(folders, tmp_path, blobs, picture):
    registry = Registry([VisionBackend()])
    for name in ("no-such-reader", "someone/not-here", str(tmp_path)):
        with pytest.raises(UnknownName):
            registry.check(ReadRequest(model=name, image=picture))
    with pytest.raises(Unsupported, match="say what a picture shows"):
        registry.check(GenerateRequest(model=OWN, prompt=(Span(text="a fox"),), seed=1))
    assert find_reader(str(folders["qwen"])).stored_bytes > 1000


def test_our_own_readers_answer_the_same_request(blobs, picture):
    facts = ask(VisionBackend(), blobs, OWN, picture, "what are its main colours?").facts
    assert "orange" in facts["text"] and facts["reader"] == "measured"
    assert ask(VisionBackend(), blobs, OWN, picture).facts["text"]
