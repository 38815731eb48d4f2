package io.flexora.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.TextEmbedder;
import io.flexora.api.data.Example;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.BaseModel;
import io.flexora.api.run.Decisions;
import io.flexora.formats.onnx.OnnxFile;
import io.flexora.transformers.checkpoint.ComputeChoice;
import io.flexora.transformers.token.TextOptions;
import io.flexora.transformers.token.TextOptions.Pooling;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One random BERT whose attention is computed by SDPA, exported by Optimum 2.1.0 with transformers
 * 4.57.6, and by torch.onnx.export(dynamo=True) with transformers 5.24.0, both on PyTorch 2.15.0.
 * The expected numbers are those of PyTorch in float64 with the eager attention; make_exports.py
 * makes files and numbers.
 */
class ExportedBertTest {
  private static final int[][] TEXTS = {{2, 5, 9, 21, 17, 3}, {2, 28, 11, 3}};

  private static final double[] FIRST = {
    1.2973655042, -0.6761331300, -0.6373178074, 0.6620900541, -0.7484715831, 0.4746139128,
    -2.3404780353, -0.1378484058, -0.5133136946, -0.0053129640, 1.4352278800, 0.6883455980,
    0.8267403139, -0.5193832750, -0.7973716980, 0.7942378591, -1.2397175426, -0.6967536159,
    -1.5150129960, -1.0802456638, 0.2491587655, 1.0471477998, 1.1483686573, 1.5764420017
  };

  private static final double[] MEAN = {
    1.2919218650, -0.3934591624, -1.0682297976, 0.0384427117, -0.2609296510, 0.5605463851,
    -1.7790786569, 0.2472339877, -1.1460742842, -0.5207845494, 1.6028794877, 0.6958059741,
    0.8742653090, -0.2177079958, -1.1717772587, 0.5440371888, -0.5361997431, -0.4787249343,
    -1.4754839771, -0.6959048760, -0.7107795217, 0.2968574048, 1.6247331476, 1.4896104227
  };

  @ParameterizedTest
  @ValueSource(strings = {"optimum", "dynamo"})
  void hasTheShapeOfItsConfiguration(String exporter) throws IOException {
    assertThat(BertFile.of(OnnxFile.read(file(exporter))).shape())
        .isEqualTo(new BertShape(2, 12, 3, 20, 30, 16, 1e-12f));
  }

  @ParameterizedTest
  @ValueSource(strings = {"optimum", "dynamo"})
  void statesAreThoseOfPyTorch(String exporter) throws IOException {
    assertThat(embeddings(exporter, Pooling.CLS)).containsExactly(FIRST, within(1e-9));
    assertThat(embeddings(exporter, Pooling.MEAN)).containsExactly(MEAN, within(1e-9));
  }

  private static double[] embeddings(String exporter, Pooling pooling) throws IOException {
    EncoderOptions options =
        new EncoderOptions(
            "file:model.onnx",
            new TextOptions(Optional.empty(), 16, pooling),
            ComputeChoice.FLOAT64,
            0,
            EncoderOptions.HeadStart.NEW);
    Path file = file(exporter);
    EncoderBackend backend =
        new EncoderBackend(options, location -> file, Device.cpu(), new Decisions());
    List<Tokens> tokens =
        Arrays.stream(TEXTS)
            .map(ids -> new Tokens(new Example("", "", List.of("a", "b"), 0), ids, List.of(), 0))
            .toList();
    try (BaseModel model = backend.load();
        NDManager scope = model.manager().newSubManager()) {
      NDArray embeddings = model.ability(TextEmbedder.class).orElseThrow().embed(scope, tokens);
      return embeddings.toDoubleArray();
    }
  }

  private static Path file(String exporter) {
    try {
      String name = exporter + ".onnx";
      return Path.of(Objects.requireNonNull(ExportedBertTest.class.getResource(name)).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
