#!/usr/bin/env python3
"""Makes what the tests of solvers agree with to the last digits: the estimates of solvers.json at rotary frequencies in float32.

    make_solver_reference.py REFERENCE PLUGINS

PLUGINS is the folder plugins/ of a checkout: float32-frequencies.json is written among the test resources of solver-implicit and
solver-hessian-free. REFERENCE is a folder with solvers.json and the checkpoint tiny/llama3, a Llama of 3 layers. Its definitions are followed in float64
with a Llama written here; the frequencies of rotary positions are rounded to float32 first, as transformers and Flexora have them. With
the frequencies as they are, the same code has to agree with the file itself: the largest difference is printed.
"""

import json
import math
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import LlamaConfig
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

torch.set_default_dtype(torch.float64)
RATE, ADAM_RATE, DECAY, BETA1, BETA2, EPS = 0.05, 0.01, 0.01, 0.9, 0.999, 1e-8


def frequencies(rope, width):
    base = 1 / rope["rope_theta"] ** (torch.arange(0, width, 2).double() / width)
    low = rope["original_max_position_embeddings"] / rope["low_freq_factor"]
    high = rope["original_max_position_embeddings"] / rope["high_freq_factor"]
    wavelength = 2 * math.pi / base
    smooth = (rope["original_max_position_embeddings"] / wavelength - rope["low_freq_factor"]) / (
        rope["high_freq_factor"] - rope["low_freq_factor"])
    middle = (1 - smooth) * base / rope["factor"] + smooth * base
    return torch.where(wavelength > low, base / rope["factor"], torch.where(wavelength < high, base, middle))


def transformers_frequencies(folder):
    """Step by step in float32."""
    return LlamaRotaryEmbedding(LlamaConfig.from_pretrained(folder)).inv_freq.double()


class Problem:
    def __init__(self, folder, reference, single):
        self.weights = {k: v.double() for k, v in load_file(folder / "model.safetensors").items()}
        config = json.loads((folder / "config.json").read_text())
        self.layers, self.heads = config["num_hidden_layers"], config["num_attention_heads"]
        self.shared, self.width = config["num_key_value_heads"], config["head_dim"]
        self.norm_eps = config["rms_norm_eps"]
        self.frequencies = transformers_frequencies(folder) if single else frequencies(config["rope_parameters"], self.width)
        self.batches = {kind: {k: torch.tensor(v) for k, v in reference[kind].items()} for kind in ("train", "validation")}
        self.alpha = 0.1 * torch.sin(torch.arange(self.layers).double())
        self.shapes = []
        parts = []
        for layer in range(self.layers):
            for module, name in enumerate(("q_proj", "v_proj")):
                out, inputs = self.weights[f"model.layers.{layer}.self_attn.{name}.weight"].shape
                i, j, o = torch.arange(8).double(), torch.arange(inputs).double(), torch.arange(out).double()
                a = 0.3 * torch.sin(0.37 * (i[:, None] + 1) * (j[None] + 1) + layer + 0.5 * module)
                b = 0.2 * torch.cos(0.11 * (o[:, None] + 1) + 0.7 * i[None] + layer - module)
                self.shapes += [a.shape, b.shape]
                parts += [a.flatten(), b.flatten()]
        self.theta = torch.cat(parts)

    def norm(self, x, name):
        return self.weights[name] * x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.norm_eps)

    def rotate(self, x):
        angles = torch.arange(x.shape[2]).double()[:, None] * self.frequencies[None]
        angles = torch.cat([angles, angles], -1)
        half = x.shape[-1] // 2
        turned = torch.cat([-x[..., half:], x[..., :half]], -1)
        return x * angles.cos() + turned * angles.sin()

    def loss(self, kind, theta, alpha):
        batch = self.batches[kind]
        parts, at = [], 0
        for shape in self.shapes:
            parts.append(theta[at:at + shape.numel()].reshape(shape))
            at += shape.numel()
        gates = self.layers * torch.softmax(alpha, 0)
        x = self.weights["model.embed_tokens.weight"][batch["input_ids"]]
        rows, tokens = batch["input_ids"].shape
        mask = torch.full((tokens, tokens), float("-inf")).triu(1)
        for layer in range(self.layers):
            name = f"model.layers.{layer}."
            q_a, q_b, v_a, v_b = parts[4 * layer:4 * layer + 4]
            y = self.norm(x, name + "input_layernorm.weight")

            def project(kind, y=y, name=name):
                return y @ self.weights[f"{name}self_attn.{kind}_proj.weight"].T

            q = project("q") + gates[layer] * 2 * (y @ q_a.T) @ q_b.T
            v = project("v") + gates[layer] * 2 * (y @ v_a.T) @ v_b.T
            q, k, v = (z.reshape(rows, tokens, -1, self.width).transpose(1, 2) for z in (q, project("k"), v))
            q, k = self.rotate(q), self.rotate(k)
            k, v = (z.repeat_interleave(self.heads // self.shared, 1) for z in (k, v))
            weights = torch.softmax(q @ k.transpose(2, 3) / math.sqrt(self.width) + mask, -1)
            attended = (weights @ v).transpose(1, 2).reshape(rows, tokens, -1)
            x = x + attended @ self.weights[name + "self_attn.o_proj.weight"].T
            y = self.norm(x, name + "post_attention_layernorm.weight")
            gate = torch.nn.functional.silu(y @ self.weights[name + "mlp.gate_proj.weight"].T)
            x = x + (gate * (y @ self.weights[name + "mlp.up_proj.weight"].T)) @ self.weights[name + "mlp.down_proj.weight"].T
        logits = self.norm(x, "model.norm.weight") @ self.weights["lm_head.weight"].T
        return torch.nn.functional.cross_entropy(
            logits[:, :-1].flatten(0, 1), batch["labels"][:, 1:].flatten(), ignore_index=-100)

    def gradients(self, kind, theta, alpha):
        theta, alpha = theta.detach().requires_grad_(), alpha.detach().requires_grad_()
        return torch.autograd.grad(self.loss(kind, theta, alpha), (theta, alpha))

    def hessian(self, theta):
        """H and M (transposed: [gates, parameters]) of the training loss."""
        theta, alpha = theta.detach().requires_grad_(), self.alpha.clone().requires_grad_()
        gradient, in_alpha = torch.autograd.grad(self.loss("train", theta, alpha), (theta, alpha), create_graph=True)
        h = torch.cat([
            torch.autograd.grad(gradient, theta, rows, retain_graph=True, is_grads_batched=True)[0]
            for rows in torch.eye(len(theta)).split(192)])
        m = torch.stack([torch.autograd.grad(g, theta, retain_graph=True)[0] for g in in_alpha])
        return (h + h.T) / 2, m


def train(problem, optimiser, steps, alpha, track):
    """theta after each step, from the start, with the graph of all of them or without."""
    theta, m, v, path = problem.theta, torch.zeros_like(problem.theta), torch.zeros_like(problem.theta), []
    if track:
        theta = theta.requires_grad_()
    for t in range(1, steps + 1):
        at = theta if track else theta.detach().requires_grad_()
        g = torch.autograd.grad(problem.loss("train", at, alpha), at, create_graph=track)[0]
        if optimiser == "sgd":
            theta = at - RATE * g
        else:
            m, v = BETA1 * m + (1 - BETA1) * g, BETA2 * v + (1 - BETA2) * g * g
            step = (m / (1 - BETA1 ** t)) / (torch.sqrt(v / (1 - BETA2 ** t)) + EPS)
            theta = at - ADAM_RATE * DECAY * at - ADAM_RATE * step
        path.append((at, theta, g, m, v))
    return path


def unrolled(problem, optimiser, steps, tau):
    """Through the last tau steps: those before are made without a graph."""
    alpha = problem.alpha.clone().requires_grad_()
    theta, m, v = problem.theta, torch.zeros_like(problem.theta), torch.zeros_like(problem.theta)
    for t in range(1, steps + 1):
        tracked = t > steps - tau
        if not tracked or t == steps - tau + 1:
            theta, m, v = theta.detach().requires_grad_(), m.detach(), v.detach()
        g = torch.autograd.grad(problem.loss("train", theta, alpha), theta, create_graph=True)[0]
        if optimiser == "sgd":
            theta = theta - RATE * g
        else:
            m, v = BETA1 * m + (1 - BETA1) * g, BETA2 * v + (1 - BETA2) * g * g
            step = (m / (1 - BETA1 ** t)) / (torch.sqrt(v / (1 - BETA2 ** t)) + EPS)
            theta = theta - ADAM_RATE * DECAY * theta - ADAM_RATE * step
    if tau == 0:
        theta = theta.detach()
    return torch.autograd.grad(problem.loss("validation", theta, alpha), alpha)[0]


def difference(problem, theta, vector, length):
    """The training loss's gradient in alpha along a vector, by a central difference."""
    e = length / vector.norm()
    plus = problem.gradients("train", theta + e * vector, problem.alpha)[1]
    minus = problem.gradients("train", theta - e * vector, problem.alpha)[1]
    return (plus - minus) / (2 * e)


def estimates(problem):
    theta, alpha = problem.theta.detach(), problem.alpha
    b, g0 = problem.gradients("validation", theta, alpha)
    found = {"first_order": g0}
    found["unrolled"] = {
        f"{o}_K{k}": {"hypergradient": unrolled(problem, o, k, k), "first_order": unrolled(problem, o, k, 0)}
        for o in ("sgd", "adamw") for k in (1, 3)}
    found["truncated"] = {f"{o}_K3_tau{t}": unrolled(problem, o, 3, t) for o in ("sgd", "adamw") for t in (1, 2)}

    theta1 = theta - RATE * problem.gradients("train", theta, alpha)[0]
    v, g1 = problem.gradients("validation", theta1, alpha)
    found["darts"] = g1 - RATE * difference(problem, theta, v, 0.01)

    path = train(problem, "adamw", 3, alpha, False)
    theta2, theta3, g, m, v = (x.detach() for x in path[-1])
    b3, g3 = problem.gradients("validation", theta3, alpha)
    bc1, bc2 = 1 - BETA1 ** 3, 1 - BETA2 ** 3
    s = torch.sqrt(v / bc2)
    d = s + EPS
    u = -(ADAM_RATE * b3 / bc1) * ((1 - BETA1) / d - (1 - BETA2) * m * g / (bc2 * s * d * d))
    found["sama"] = {
        "bias_corrected_at_theta3": g3 + difference(problem, theta3, u, 0.01),
        "bias_corrected_at_theta2": g3 + difference(problem, theta2, u, 0.01)}

    h, m = problem.hessian(theta)
    eye = torch.eye(len(theta))
    implicit = {f"implicit_damping_{r}": g0 - m @ torch.linalg.solve(h + r * eye, b) for r in (0.1, 1.0, 40.0)}
    for name, shift in (("neumann", 0), ("neumann_damped", 0.1)):
        term, q = b, torch.zeros_like(b)
        for _ in range(10):
            q, term = q + RATE * term, term - RATE * (h @ term + shift * term)
        implicit[name] = g0 - m @ q
    columns = [0, 537, 1075, 1612, 2150]
    i, j = torch.arange(len(theta)).double(), torch.arange(5).double()
    sines = torch.sin(0.37 * (i[:, None] + 1) * (j[None] + 1))
    for name, directions in (("nystrom_columns", eye[:, columns]), ("nystrom_sketch", sines)):
        c = h @ directions
        core = directions.T @ c
        q = b / 0.1 - c @ torch.linalg.solve(core + c.T @ c / 0.1, c.T @ b) / 0.01
        implicit[name] = g0 - m @ q
    found["implicit"] = {name: {"hypergradient": value} for name, value in implicit.items()}

    z = theta
    for _ in range(5):
        z = z - RATE * problem.gradients("train", z, alpha)[0]
    penalty = {}
    for weight in (10, 20):
        y = theta
        for _ in range(5):
            step = problem.gradients("validation", y, alpha)[0] + weight * problem.gradients("train", y, alpha)[0]
            y = y - RATE / (1 + weight) * step
        apart = problem.gradients("train", y, alpha)[1] - problem.gradients("train", z, alpha)[1]
        penalty[f"lambda_{weight}"] = {
            "hypergradient": problem.gradients("validation", y, alpha)[1] + weight * apart}
    penalty["richardson"] = 2 * penalty["lambda_20"]["hypergradient"] - penalty["lambda_10"]["hypergradient"]
    found["penalty"] = penalty

    def through(at):
        return problem.loss("validation", train(problem, "sgd", 3, at, False)[-1][1], at).detach()

    directions = [torch.sin(1.3 * (j + 1) * torch.arange(1, problem.layers + 1).double() + 0.5 * j) for j in range(4)]
    quotients = torch.stack([(through(alpha + 1e-3 * u) - through(alpha - 1e-3 * u)) / 2e-3 for u in directions])
    found["zero_order"] = {
        "one_direction": quotients[0] * directions[0],
        "mean_of_four": sum(q * u for q, u in zip(quotients, directions)) / 4}
    return found


def plain(found):
    return {k: plain(v) for k, v in found.items()} if isinstance(found, dict) else found.tolist()


def apart(found, expected):
    if isinstance(found, dict):
        return max(apart(v, expected[k]) for k, v in found.items())
    return max(abs(x - y) / max(1, abs(y)) for x, y in zip(found, expected))


def main():
    folder, plugins = Path(sys.argv[1]), Path(sys.argv[2])
    reference = json.loads((folder / "solvers.json").read_text())
    for single in (False, True):
        problem = Problem(folder / "tiny" / "llama3", reference, single)
        found = plain(estimates(problem))
        print(f"frequencies in {'float32' if single else 'float64'}: {apart(found, reference):.2g} from solvers.json")
    implicit = {"implicit": found.pop("implicit")}
    for plugin, package, values in (("implicit", "implicit", implicit), ("hessian-free", "hessianfree", found)):
        resources = plugins / f"solver-{plugin}/src/test/resources/io/flexora/solver" / package
        (resources / "float32-frequencies.json").write_text(json.dumps(values, indent=1) + "\n")


if __name__ == "__main__":
    main()
