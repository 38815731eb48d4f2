"""The adapter methods that are compared, by name: the options of each in Flexora, and its configuration in PEFT.

Options that both sides call alike, which are most, are written once.
"""

from dataclasses import dataclass, field

SOME = ["q_proj", "v_proj", "down_proj"]
ALL = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]

STEPS = 4
"""How many steps both sides train, so that an adapter matters."""

LOW_RANK = {"r": 4, "lora_alpha": 12}


@dataclass(frozen=True)
class Method:
    """An adapter method with options of its own.

    use: what Flexora calls it
    config: the class of PEFT's configuration
    options: what both sides call alike
    peft: what PEFT alone is told
    learning_rate: large enough that a few steps matter
    shapes_vary: each module has a rank of its own
    residual: its first product is taken out of the matrix, so that it is saved as plain LoRA of twice the rank
    gates: where gates of a search sit that leaves each layer modules of its own, too; none for no such comparison
    kept: how many gates it keeps for each layer
    reads_own: Flexora reads PEFT's files of it as they are, not only as PEFT converts them to plain LoRA
    """

    use: str
    config: str
    options: dict
    peft: dict = field(default_factory=dict)
    learning_rate: float = 1e-2
    shapes_vary: bool = False
    residual: bool = False
    reads_own: bool = True
    gates: str | None = None
    kept: int = 2


def lora(use, peft=None, more=None, **rest):
    return Method(use, "LoraConfig", LOW_RANK | (more or {}), {"lora_dropout": 0.1} | (peft or {}), **rest)


def lokr(**more):
    return Method("lokr", "LoKrConfig", {"r": 4, "alpha": 12} | more)


def miss(**options):
    return Method("miss", "MissConfig", options)


def oft(**options):
    return Method("oft", "OFTConfig", options)


ADALORA = {"init_r": 6, "target_r": 3, "tinit": 0, "tfinal": 1, "deltaT": 1, "total_step": STEPS, "lora_alpha": 12}

METHODS = {
    "lora": lora("lora", gates="component", kept=4),
    "rslora": lora("lora", more={"use_rslora": True}),
    "dora": lora("dora", {"use_dora": True}),
    "pissa": lora("pissa", {"init_lora_weights": "pissa"}, residual=True),
    "olora": lora("olora", {"init_lora_weights": "olora"}, residual=True),
    "lora-ga": lora("lora-ga", {"init_lora_weights": "lora_ga"}, residual=True, reads_own=False),
    "eva": lora("eva", {"init_lora_weights": "eva"}, shapes_vary=True),
    "adalora": Method("adalora", "AdaLoraConfig", ADALORA, learning_rate=0.1, shapes_vary=True, gates="layer-module"),
    "vera": Method("vera", "VeraConfig", {"r": 16, "d_initial": 0.3}, learning_rate=0.1, gates="layer-module"),
    "randlora": Method("randlora", "RandLoraConfig", {"r": 8, "randlora_alpha": 40}, gates="layer-module"),
    "loha": Method("loha", "LoHaConfig", {"r": 4, "alpha": 12}, learning_rate=0.03),
    "lokr": lokr(),
    "lokr-both": lokr(decompose_both=True, decompose_factor=8, r=1),
    "miss": miss(r=24),
    "miss-mini": miss(r=16, mini_r=4, init_weights="mini"),
    "miss-bat": miss(r=16, init_weights="bat"),
    "ia3": Method("ia3", "IA3Config", {"feedforward_modules": ["down_proj"]}, learning_rate=0.1, gates="layer-module"),
    "oft": oft(oft_block_size=16),
    "oft-cayley": oft(oft_block_size=0, r=8, block_share=True, use_cayley_neumann=False),
}
