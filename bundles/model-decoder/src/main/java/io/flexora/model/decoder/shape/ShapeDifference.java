package io.flexora.model.decoder.shape;

import io.flexora.model.decoder.shape.DecoderShape.Scales;
import io.flexora.transformers.rotary.Rotary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/** The difference of two shapes by more than the rounding of float32, in words. */
final class ShapeDifference {
  private static final double ROUNDING = 1e-6;

  private final Map<String, Boolean> same = new LinkedHashMap<>();

  ShapeDifference(DecoderShape one, DecoderShape other) {
    same("layers", one.layers(), other.layers());
    same("hidden size", one.hidden(), other.hidden());
    same("number of heads", one.heads(), other.heads());
    same("number of key and value heads", one.keyValueHeads(), other.keyValueHeads());
    same("head size", one.headSize(), other.headSize());
    same("intermediate size", one.intermediate(), other.intermediate());
    same("vocabulary", one.vocabulary(), other.vocabulary());
    same("positions", one.positions(), other.positions());
    same("activation", one.activation(), other.activation());
    same("biases", one.biases(), other.biases());
    same("sliding windows", one.windows(), other.windows());
    same("head that is not the embedding", one.tiedHead(), other.tiedHead());
    norms(one.norms(), other.norms());
    same("order of attention and feed-forward part", one.parallel(), other.parallel());
    same("feed-forward part", one.gated(), other.gated());
    same("fused matrices", one.fusedAttention(), other.fusedAttention());
    same("fused matrices", one.fusedGate(), other.fusedGate());
    same("experts", one.experts(), other.experts());
    scales(one.scales(), other.scales());
    same("rotary positions of layers", one.rotaryOfLayer(), other.rotaryOfLayer());
    rotaries(one.rotaries(), other.rotaries());
  }

  Optional<String> first() {
    return same.entrySet().stream().filter(e -> !e.getValue()).map(Map.Entry::getKey).findFirst();
  }

  private void norms(DecoderShape.Norms one, DecoderShape.Norms other) {
    same("kind of norms", one.kind(), other.kind());
    close("epsilon of norms", one.epsilon(), other.epsilon());
    close("offset of norms", one.offset(), other.offset());
    same("places of norms", one.before() == other.before() && one.after() == other.after(), true);
    same("norms of queries and keys", one.heads(), other.heads());
  }

  private void scales(Scales one, Scales other) {
    close("scale of embeddings", one.embedding(), other.embedding());
    close("scale of attention scores", one.scores(), other.scores());
    close("scale of residuals", one.residual(), other.residual());
    close("scale of logits", one.logits(), other.logits());
    close("soft cap of attention scores", one.scoreCap(), other.scoreCap());
    close("soft cap of logits", one.logitCap(), other.logitCap());
    close("bound of queries, keys and values", one.clip(), other.clip());
  }

  private void rotaries(List<Rotary> ones, List<Rotary> others) {
    same("rotary positions", ones.size(), others.size());
    for (int i = 0; i < Math.min(ones.size(), others.size()); i++) {
      Rotary one = ones.get(i);
      Rotary other = others.get(i);
      close("rotary positions", one.attentionFactor(), other.attentionFactor());
      close("rotary positions", one.frequencies(), other.frequencies());
      same(
          "rotary positions",
          one.longTexts().map(Rotary.LongTextFrequencies::beyond),
          other.longTexts().map(Rotary.LongTextFrequencies::beyond));
      if (one.longTexts().isPresent() && other.longTexts().isPresent()) {
        close(
            "rotary positions",
            one.longTexts().get().frequencies(),
            other.longTexts().get().frequencies());
      }
    }
  }

  private void same(String what, Object one, Object other) {
    same.merge(what, Objects.equals(one, other), Boolean::logicalAnd);
  }

  private void close(String what, OptionalDouble one, OptionalDouble other) {
    same(what, one.isPresent(), other.isPresent());
    if (one.isPresent() && other.isPresent()) {
      close(what, one.getAsDouble(), other.getAsDouble());
    }
  }

  private void close(String what, double one, double other) {
    same(what, Math.abs(one - other) <= ROUNDING * Math.abs(one), true);
  }

  private void close(String what, float[] one, float[] other) {
    same(what, one.length, other.length);
    for (int i = 0; i < Math.min(one.length, other.length); i++) {
      close(what, one[i], other[i]);
    }
  }
}
