package io.flexora.transformers.export;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.ability.PrunableModel.SparseMatrix;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFolder;
import io.flexora.formats.gguf.GgufType;
import io.flexora.formats.gguf.Modelfile;
import io.flexora.formats.safetensors.ShardedWriter;
import io.flexora.transformers.checkpoint.ComputeType;
import io.flexora.transformers.checkpoint.StoredType;
import io.flexora.transformers.family.CausalCheckpoint;
import io.flexora.transformers.family.CausalDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/**
 * Saves a language model with its adapters merged into its weights, in a form that other programs
 * load. Weights are read, merged and written one tensor after the other; before the folder gets its
 * name, what was written is loaded again and has to compute what the adapted model computes.
 *
 * <p>Of a pruned model each number that is pruned is written as zero, and {@code sparsity.json}
 * tells how many zeros each such matrix has.
 *
 * <p>{@code safetensors} makes a folder for transformers: a tensor keeps the type of the
 * checkpoint, numbers that are quantised in a GGUF file become float32. {@code gguf-f16} and {@code
 * gguf-q8_0} make a file for llama.cpp: matrices in that type, norms and biases in float32, with a
 * {@code Modelfile} for Ollama.
 *
 * <p>An adapter of a base that stays quantised is merged into the numbers that it was trained on,
 * and never quantised again to four bits: matrices that bitsandbytes or {@code weights: nf4} and
 * {@code int8} have quantised are written in half precision. {@code merge.json}, by which a folder
 * is known as an export, tells how far rounding moves the logits.
 *
 * @since 0.1
 */
public final class MergedExport {

  private static final String SAFETENSORS = "safetensors";
  private static final String GGUF_F16 = "gguf-f16";
  private static final String GGUF_Q8_0 = "gguf-q8_0";
  private static final String SPARSITY = "sparsity.json";
  private static final String MERGE = "merge.json";

  /** What computing in another order changes is less. */
  private static final double TOLD = 1e-3;

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Pattern OWN =
      Pattern.compile(
          "merge\\.json|sparsity\\.json|Modelfile|model.*\\.(safetensors|safetensors\\.index\\.json|gguf)");

  private final CausalCheckpoint checkpoint;
  private final AdapterPlan plan;
  private final ParameterIndex index;
  private final ComputeType type;
  private final Judge judge;
  private final long shardBytes;
  private Map<AdapterSite, SparseMatrix> sparse = Map.of();
  private Optional<QuantisedBase> base = Optional.empty();

  /**
   * Makes an export.
   *
   * @param checkpoint the weights that the model was loaded from
   * @param plan what is adapted
   * @param index the places of the adapters' arrays in theta
   * @param type the type that the adapted model computes in
   * @param judge computes with both models
   */
  public MergedExport(
      CausalCheckpoint checkpoint,
      AdapterPlan plan,
      ParameterIndex index,
      ComputeType type,
      Judge judge) {
    this(checkpoint, plan, index, type, judge, ShardedWriter.DEFAULT_SHARD_BYTES);
  }

  /**
   * Makes an export.
   *
   * @param checkpoint the weights that the model was loaded from
   * @param plan what is adapted
   * @param index the places of the adapters' arrays in theta
   * @param type the type that the adapted model computes in
   * @param judge computes with both models
   * @param shardBytes the most bytes of a safetensors file
   */
  public MergedExport(
      CausalCheckpoint checkpoint,
      AdapterPlan plan,
      ParameterIndex index,
      ComputeType type,
      Judge judge,
      long shardBytes) {
    this.checkpoint = checkpoint;
    this.plan = plan;
    this.index = index;
    this.type = type;
    this.judge = judge;
    this.shardBytes = shardBytes;
  }

  /**
   * Says which matrices of the model are pruned; none are by default.
   *
   * @return this export
   */
  public MergedExport pruned(Map<AdapterSite, SparseMatrix> matrices) {
    this.sparse = Map.copyOf(matrices);
    return this;
  }

  /**
   * Says what the matrices of the model are where they stay quantised; by default none do.
   *
   * @param quantised the base; empty if none of its matrices stays quantised
   * @return this export
   */
  public MergedExport onto(Optional<QuantisedBase> quantised) {
    this.base = quantised;
    return this;
  }

  /**
   * Writes the model whole or not at all.
   *
   * @param format one of {@link #formats}
   * @param theta the trained numbers
   * @param folder the folder to write, in place of an earlier export
   * @return what rounding to the format has changed, if that is more than computing in another
   *     order does
   * @throws IOException if the checkpoint cannot be read
   * @throws FlexoraException if the folder holds anything else, the checkpoint among it, cannot be
   *     written, the format cannot express the model, or what was written does not compute the same
   */
  public Optional<String> write(String format, NDArray theta, Path folder) throws IOException {
    ExportFolder.requireReplaceable(folder, checkpoint.location(), MERGE, MergedExport::isOwn);
    List<String> formats = formats(checkpoint.description());
    if (!formats.contains(format)) {
      throw new FlexoraException(
          "format '%s' is not one of %s".formatted(format, String.join(", ", formats)));
    }
    LogitCheck check = LogitCheck.of(judge, checkpoint.description().vocabulary());
    MergedWeights weights = new MergedWeights(checkpoint, plan, index, theta, sparse, base);
    AtomicReference<String> told = new AtomicReference<>();
    DurableFolder.write(
        folder,
        staging -> {
          Path written = write(format, weights, staging);
          double difference = check(check, format, written, weights);
          writeMerge(format, difference, staging);
          if (base.isPresent() || difference > TOLD) {
            told.set(notice(format, difference));
          }
        });
    return Optional.ofNullable(told.get());
  }

  private void writeMerge(String format, double difference, DurableFolder.Staging staging)
      throws IOException {
    Map<String, Object> merge = new LinkedHashMap<>();
    base.ifPresent(quantised -> merge.put("base_weights", quantised.storage()));
    merge.put("format", format);
    merge.put("relative_logit_difference", difference);
    byte[] json = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(merge);
    staging.write(MERGE, out -> out.write(json));
  }

  /** What rounding to the type of the file has changed; of a quantised base, which none has. */
  private String notice(String format, double difference) {
    return String.format(
        Locale.ROOT,
        "%s to %s changes the logits by %.2g of their size.",
        base.map(
                quantised ->
                    "The adapter is merged into the dequantised numbers of the base (weights: "
                        + quantised.storage()
                        + "); rounding them")
            .orElse("Rounding the merged weights"),
        format,
        difference);
  }

  /** The formats in which a model can be written, by the names that choose them. */
  public static List<String> formats(CausalDescription description) {
    return description.gguf().isPresent()
        ? List.of(SAFETENSORS, GGUF_F16, GGUF_Q8_0)
        : List.of(SAFETENSORS);
  }

  /** Writes the files; what is returned is the folder or file that the model is loaded from. */
  private Path write(String format, MergedWeights weights, DurableFolder.Staging staging)
      throws IOException {
    if (format.equals(SAFETENSORS)) {
      new SafetensorsExport(weights).write(staging, shardBytes);
      CompanionFiles.write(weights, staging);
      writeSparsity(weights, staging);
      return staging.path();
    }
    writeSparsity(weights, staging);
    return gguf(weights, staging, format.equals(GGUF_F16) ? GgufType.F16 : GgufType.Q8_0);
  }

  private static void writeSparsity(MergedWeights weights, DurableFolder.Staging staging)
      throws IOException {
    if (!weights.sparsity().isEmpty()) {
      byte[] json = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(weights.sparsity());
      staging.write(SPARSITY, out -> out.write(json));
    }
  }

  private static Path gguf(MergedWeights weights, DurableFolder.Staging staging, GgufType type)
      throws IOException {
    String name = "model-" + type.name().toLowerCase(Locale.ROOT) + ".gguf";
    GgufExport.write(weights, staging, name, type);
    staging.write(Modelfile.NAME, out -> out.write(Modelfile.ofModel(name)));
    return staging.path().resolve(name);
  }

  private double check(LogitCheck check, String format, Path written, MergedWeights weights)
      throws IOException {
    return check.require(
        judge, written, format, Math.max(tolerance(format, weights), ownTolerance()));
  }

  /** What rounding the weights may change. */
  private static double tolerance(String format, MergedWeights weights) {
    return switch (format) {
      case GGUF_Q8_0 -> 0.3;
      case GGUF_F16 -> 0.02;
      default ->
          weights.checkpoint().tensors().values().stream()
              .map(
                  tensor ->
                      tensor.type() == StoredType.BF16
                          ? 0.1
                          : tensor.type() == StoredType.F16 ? 0.02 : 1e-4)
              .max(Double::compare)
              .orElseThrow();
    };
  }

  /** What computing in another order, or with matrices that were rounded before, may change. */
  private double ownTolerance() {
    return switch (type) {
      case BF16 -> 0.1;
      case FLOAT32 -> 1e-3;
      case FLOAT64 -> 1e-6;
    };
  }

  private static boolean isOwn(String name) {
    return OWN.matcher(name).matches() || CompanionFiles.NAMES.contains(name);
  }
}
