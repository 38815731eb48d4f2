package io.flexora.model.decoder;

import io.flexora.api.adapter.ModuleShape;
import io.flexora.model.decoder.family.Decoder;
import io.flexora.model.decoder.shape.DecoderArrays;
import io.flexora.model.decoder.shape.DecoderShape;
import io.flexora.transformers.checkpoint.FrozenArray;
import io.flexora.transformers.checkpoint.FrozenArrays;
import io.flexora.transformers.checkpoint.GgufForm;
import io.flexora.transformers.family.AttentionShape;
import io.flexora.transformers.family.CausalDescription;
import io.flexora.transformers.family.ExpertShape;
import io.flexora.transformers.family.HeadShape;
import io.flexora.transformers.rotary.Rotary;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A Llama-like decoder for training, scoring, generation and export.
 *
 * @param decoder its family and shape
 */
public record DecoderDescription(Decoder decoder) implements CausalDescription {

  private DecoderShape shape() {
    return decoder.shape();
  }

  @Override
  public String modelType() {
    return decoder.modelType();
  }

  @Override
  public int layers() {
    return shape().layers();
  }

  @Override
  public int hidden() {
    return shape().hidden();
  }

  @Override
  public int vocabulary() {
    return shape().vocabulary();
  }

  @Override
  public int positions() {
    return shape().positions();
  }

  @Override
  public OptionalInt shortText() {
    return shape().rotaries().stream()
        .flatMap(rotary -> rotary.longTexts().stream())
        .mapToInt(Rotary.LongTextFrequencies::beyond)
        .findFirst();
  }

  @Override
  public boolean tiedHead() {
    return shape().tiedHead();
  }

  @Override
  public CausalDescription withOwnHead() {
    return new DecoderDescription(decoder.withOwnHead());
  }

  @Override
  public AttentionShape attention() {
    return new AttentionShape(
        shape().heads(),
        shape().keyValueHeads(),
        shape().headSize(),
        shape().windows(),
        shape().scales().scoreCap());
  }

  @Override
  public HeadShape head() {
    DecoderArrays.Role bias = DecoderArrays.Role.HEAD_BIAS;
    DecoderArrays arrays = decoder.arrays();
    return new HeadShape(
        arrays.has(bias) ? OptionalInt.of(arrays.place(bias)) : OptionalInt.empty(),
        shape().scales().logits(),
        shape().scales().logitCap());
  }

  @Override
  public FrozenArrays arrays() {
    DecoderArrays arrays = decoder.arrays();
    List<FrozenArray> all = arrays.all();
    List<FrozenArray> ofLayers = all.subList(arrays.global(), all.size());
    int each = arrays.perLayer();
    return new FrozenArrays(
        all.subList(0, arrays.global()),
        layers(),
        layer -> ofLayers.subList(layer * each, (layer + 1) * each));
  }

  @Override
  public List<ModuleShape> modules() {
    return decoder.modules();
  }

  @Override
  public Optional<ExpertShape> experts() {
    return shape()
        .experts()
        .map(
            of ->
                new ExpertShape(
                    of.count(),
                    of.chosen(),
                    shape().intermediate(),
                    List.of(
                        decoder.arrays().place(DecoderArrays.Role.GATE_UP),
                        decoder.arrays().place(DecoderArrays.Role.DOWN))));
  }

  @Override
  public List<String> defaultTargets() {
    return decoder.defaultTargets();
  }

  @Override
  public String torchScript() {
    return DecoderText.of(decoder);
  }

  /** Frequencies that older checkpoints keep are of no use. */
  @Override
  public Optional<String> tensorName(String inFiles) {
    boolean unused =
        inFiles.endsWith("rotary_emb.inv_freq")
            || inFiles.equals("rope_freqs.weight")
            || decoder.ggufVectors().containsKey(inFiles);
    return unused ? Optional.empty() : Optional.of(inFiles);
  }

  @Override
  public Optional<GgufForm> gguf() {
    return decoder.names().stacksExperts()
        ? Optional.empty()
        : Optional.of(new DecoderGguf(decoder));
  }
}
