package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.head.Head;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.run.Decisions;
import io.flexora.api.run.Seeds;
import io.flexora.formats.safetensors.DType;
import io.flexora.formats.safetensors.SafetensorsModel;
import io.flexora.formats.safetensors.SafetensorsWriter;
import io.flexora.formats.safetensors.Tensor;
import io.flexora.formats.safetensors.TensorInfo;
import io.flexora.numerics.transformer.ArrayValues;
import io.flexora.transformers.causal.AdaptedCausal;
import io.flexora.transformers.causal.CausalOptions;
import io.flexora.transformers.checkpoint.ComputeChoice;
import io.flexora.transformers.checkpoint.WeightStorage;
import io.flexora.transformers.packed.PackedWeights;
import io.flexora.transformers.token.Bos;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A head that is too large to be unpacked at once gives the numbers of the whole one. */
class TiledHeadTest {

  private static final int HIDDEN = 32;
  private static final int VOCABULARY = (int) (PackedWeights.TILE_NUMBERS / HIDDEN) + 1000;
  private static final List<String> MODULES = List.of("q_proj", "v_proj");

  @TempDir private Path folder;

  /** The tiny Llama with an embedding of more than a million tokens, which is the head, too. */
  private void write() throws IOException {
    Path source = TinyModel.named("llama3").folder();
    ObjectMapper json = new ObjectMapper();
    ObjectNode config = (ObjectNode) json.readTree(source.resolve("config.json").toFile());
    config.put("vocab_size", VOCABULARY).put("tie_word_embeddings", true);
    Files.writeString(folder.resolve("config.json"), config.toString());
    List<Tensor> tensors = new ArrayList<>();
    try (SafetensorsModel files = SafetensorsModel.open(source)) {
      for (TensorInfo info : files.tensors()) {
        if (info.name().contains(".layers.") || info.name().equals("model.norm.weight")) {
          byte[] bytes = new byte[Math.toIntExact(info.byteCount())];
          files.read(info.name(), 0, ByteBuffer.wrap(bytes));
          tensors.add(Tensor.of(info.name(), info.type(), info.shape(), bytes));
        }
      }
      byte[] embedding = new byte[VOCABULARY * HIDDEN * 2];
      SplittableRandom random = new SplittableRandom(4);
      random.nextBytes(embedding);
      for (int i = 1; i < embedding.length; i += 2) {
        // Numbers between 2^-3 and 2^-2, of either sign.
        embedding[i] = (byte) ((embedding[i] & 0x80) | 0x3e);
      }
      tensors.add(
          Tensor.of(
              "model.embed_tokens.weight",
              DType.BF16,
              List.of((long) VOCABULARY, (long) HIDDEN),
              embedding));
      SafetensorsWriter.write(
          folder.resolve(SafetensorsModel.SINGLE), tensors, SafetensorsWriter.PYTORCH);
    }
  }

  private double[] numbers(WeightStorage weights) throws IOException {
    CausalOptions options =
        new CausalOptions(
            folder.toString(),
            Optional.empty(),
            64,
            ComputeChoice.FLOAT32,
            Bos.AUTO,
            Optional.empty(),
            1024,
            1,
            weights);
    DecoderBackend backend =
        new DecoderBackend(options, Path::of, Device.cpu(), new Decisions(), notice -> {});
    try (BaseModel base = backend.load();
        AdaptedCausal model =
            (AdaptedCausal)
                base.adapt(new AdapterPlan(Lora.method(0), List.of(2), MODULES, Head.NONE));
        NDManager scope = base.manager().newSubManager()) {
      NDArray theta =
          scope
              .create(Lora.theta(model.parameters(), MODULES, 0.3, 0.2))
              .toType(model.initialTheta(scope, new Seeds(1)).getDataType(), true);
      Point point = Point.of(theta, scope.create(new float[] {0.3f}));
      int last = VOCABULARY - 1;
      Batch batch =
          model.batch(
              scope,
              List.of(
                  TinyModel.question(
                      new int[] {5, last, 17}, List.of(new int[] {last - 7, 3}), 0)));
      LossGradient gradient = model.lossGradient(scope, batch, point);
      Direction product =
          model.hessianProduct(
              scope, batch, point, new Direction(theta.sin(), point.alpha().orElseThrow()));
      double[] logits = model.logits(point, new int[] {5, last});
      return Arrays.stream(
              new double[][] {
                {gradient.loss(), logits[0], logits[last], model.scores(scope, batch, point)[0][0]},
                ArrayValues.of(gradient.theta()),
                ArrayValues.of(product.theta())
              })
          .flatMapToDouble(Arrays::stream)
          .toArray();
    }
  }

  @Test
  void givesTheNumbersOfTheWholeHead() throws IOException {
    write();
    double[] whole = numbers(WeightStorage.DENSE);
    double[] tiled = numbers(WeightStorage.STORED);
    double size = Arrays.stream(whole).map(Math::abs).max().orElseThrow();
    for (int i = 0; i < whole.length; i++) {
      assertThat(tiled[i]).isCloseTo(whole[i], within(2e-6 * size));
    }
  }
}
