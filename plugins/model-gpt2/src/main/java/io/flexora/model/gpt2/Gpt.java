package io.flexora.model.gpt2;

import io.flexora.api.adapter.ModuleShape;
import io.flexora.numerics.torch.ScriptText;
import io.flexora.transformers.checkpoint.FrozenArray;
import io.flexora.transformers.checkpoint.FrozenArray.Tensor;
import io.flexora.transformers.checkpoint.FrozenArrays;
import io.flexora.transformers.config.ConfigFile;
import io.flexora.transformers.family.AttentionShape;
import io.flexora.transformers.family.CausalDescription;
import io.flexora.transformers.rotary.Frequencies;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A GPT: layer norms with a bias, queries, keys and values in one matrix, and a feed-forward part
 * of two matrices. Every layer computes {@code x += o(attention(norm(x)))} and then {@code x +=
 * down(act(up(norm(x))))}; in parallel, the second norm reads the layer's input.
 *
 * @param modelType {@code gpt2} or {@code gpt_neox}
 * @param names the names of its modules
 * @param inner the width of the feed-forward part
 * @param epsilon what is added to the variance in a norm
 * @param activation the activation as TorchScript, a function of {@code x}
 * @param scales for each layer what attention scores are multiplied by
 * @param frequencies the angle per position of each pair that turns, float32; empty for learned
 *     positions
 * @param parallel whether attention and feed-forward part read the same input
 * @param attentionBias whether the matrices of the attention have a bias
 */
record Gpt(
    String modelType,
    GptNames names,
    int layers,
    int hidden,
    int heads,
    int inner,
    int vocabulary,
    int positions,
    boolean tiedHead,
    double epsilon,
    String activation,
    List<Double> scales,
    Optional<float[]> frequencies,
    boolean parallel,
    boolean attentionBias)
    implements CausalDescription {

  /** Masks and frequencies that older releases saved with the weights. */
  private static final Pattern BUFFERS =
      Pattern.compile(".*\\.(attn|attention)\\.(bias|masked_bias|rotary_emb\\.inv_freq)");

  /** Reads the {@code config.json} of a folder. */
  static CausalDescription read(Path folder) throws IOException {
    return new GptConfig(ConfigFile.read(folder.resolve("config.json"))).read();
  }

  @Override
  public CausalDescription withOwnHead() {
    return new Gpt(
        modelType,
        names,
        layers,
        hidden,
        heads,
        inner,
        vocabulary,
        positions,
        false,
        epsilon,
        activation,
        scales,
        frequencies,
        parallel,
        attentionBias);
  }

  @Override
  public AttentionShape attention() {
    return AttentionShape.full(layers, heads, hidden / heads);
  }

  @Override
  public FrozenArrays arrays() {
    return new FrozenArrays(ofModel(), layers, this::ofLayer);
  }

  private List<FrozenArray> ofModel() {
    Tensor head = Tensor.of(names.head() + ".weight", vocabulary, hidden);
    return List.of(
        FrozenArray.matrix(Tensor.of(names.embedding() + ".weight", vocabulary, hidden)),
        tiedHead ? new FrozenArray.Same(0) : FrozenArray.matrix(head),
        norm(names.lastNorm() + ".weight"),
        norm(names.lastNorm() + ".bias"),
        frequencies.isPresent()
            ? new FrozenArray.Numbers(List.of(Frequencies.widened(frequencies.get())))
            : FrozenArray.matrix(Tensor.of(GptNames.POSITIONS, positions, hidden)));
  }

  private List<FrozenArray> ofLayer(int layer) {
    String path = names.layer().formatted(layer);
    return List.of(
        norm(path + names.attentionNorm() + ".weight"),
        norm(path + names.attentionNorm() + ".bias"),
        matrix(path + names.joined(), hidden, 3 * hidden),
        bias(path + names.joined(), 3 * hidden, attentionBias),
        matrix(path + names.output(), hidden, hidden),
        bias(path + names.output(), hidden, attentionBias),
        norm(path + names.mlpNorm() + ".weight"),
        norm(path + names.mlpNorm() + ".bias"),
        matrix(path + names.up(), hidden, inner),
        bias(path + names.up(), inner, true),
        matrix(path + names.down(), inner, hidden),
        bias(path + names.down(), hidden, true));
  }

  private FrozenArray norm(String name) {
    return FrozenArray.norm(Tensor.of(name, hidden));
  }

  private FrozenArray matrix(String module, int inputs, int outputs) {
    String name = module + ".weight";
    return transposed()
        ? FrozenArray.transposed(Tensor.of(name, inputs, outputs))
        : FrozenArray.matrix(Tensor.of(name, outputs, inputs));
  }

  /** A bias; where there is none, an array that is not read holds its place. */
  private static FrozenArray bias(String module, int outputs, boolean there) {
    return there
        ? FrozenArray.matrix(Tensor.of(module + ".bias", outputs))
        : new FrozenArray.Same(0);
  }

  /** Whether matrices are the {@code Conv1D} of transformers, {@code [inputs, outputs]}. */
  private boolean transposed() {
    return names.equals(GptNames.GPT2);
  }

  @Override
  public List<ModuleShape> modules() {
    return List.of(
        module(names.joined(), hidden, 3 * hidden),
        module(names.output(), hidden, hidden),
        module(names.up(), hidden, inner),
        module(names.down(), inner, hidden));
  }

  private ModuleShape module(String path, int inputs, int outputs) {
    return new ModuleShape(names.target(path), names.layer() + path, inputs, outputs, transposed());
  }

  @Override
  public List<String> defaultTargets() {
    return List.of(names.target(names.joined()));
  }

  @Override
  public String torchScript() {
    Map<String, ?> constants =
        Map.of(
            "joined_module",
            method(names.joined()),
            "output_module",
            method(names.output()),
            "up_module",
            method(names.up()),
            "down_module",
            method(names.down()),
            "epsilon",
            epsilon,
            "activation",
            activation,
            "scales",
            scales,
            "rotary",
            frequencies.isPresent(),
            "parallel",
            parallel,
            "attention_bias",
            attentionBias);
    return ScriptText.of(Gpt.class, "gpt.torchscript").with(constants).text();
  }

  private String method(String module) {
    return names.target(module).replace('.', '_');
  }

  /** GPT-2 was published without the prefix that transformers writes. */
  @Override
  public Optional<String> tensorName(String inFiles) {
    if (BUFFERS.matcher("." + inFiles).matches()) {
      return Optional.empty();
    }
    boolean whole =
        !names.equals(GptNames.GPT2)
            || inFiles.startsWith("transformer.")
            || inFiles.startsWith(names.head() + ".");
    return Optional.of(whole ? inFiles : "transformer." + inFiles);
  }
}
