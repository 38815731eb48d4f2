package io.flexora.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.TextEmbedder;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.Batch;
import io.flexora.api.plan.Point;
import io.flexora.api.run.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.StringTokenizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Reads what Linux says of the process. */
@EnabledOnOs(OS.LINUX)
class NativeMemoryTest {
  private static final int WIDTH = 4096;
  private static final long PAGE = 4096;

  @Test
  void nothingStaysAfterACall(@TempDir Path folder) throws IOException {
    Path file =
        Files.write(
            folder.resolve("wide.onnx"),
            TinyModel.withHead(new float[4][WIDTH], new float[WIDTH][3]));
    try (BaseModel model = Models.file(file).load();
        AdaptedModel adapted = model.adapt(Models.plan(List.of(), 3));
        NDManager outer = model.manager().newSubManager()) {
      NDArray theta = adapted.initialTheta(outer, new Seeds(1));
      int arrays = model.manager().getManagedArrays().size();
      call(model, adapted, theta, 200);
      // The states of one call are 64 x 4096 floats: kept 500 times, they would be 500 MB. The Java
      // heap grows as well at first, but a leak grows every time.
      long least = Long.MAX_VALUE;
      for (int block = 0; block < 4; block++) {
        long before = residentBytes();
        call(model, adapted, theta, 500);
        least = Math.min(least, residentBytes() - before);
      }
      assertThat(least).isLessThan(20L << 20);
      assertThat(model.manager().getManagedArrays()).hasSize(arrays);
    }
  }

  private static void call(BaseModel model, AdaptedModel adapted, NDArray theta, int times) {
    List<Tokens> texts = List.of(Models.tokens(0, 3, new int[64]));
    for (int i = 0; i < times; i++) {
      try (NDManager scope = model.manager().newSubManager()) {
        model.ability(TextEmbedder.class).orElseThrow().embed(scope, texts);
        Batch batch = adapted.batch(scope, texts);
        adapted.lossGradient(scope, batch, Point.of(theta));
        adapted.scores(scope, batch, Point.of(theta));
      }
    }
  }

  /** The second number of statm is the pages that the process has in memory. */
  private static long residentBytes() throws IOException {
    System.gc();
    StringTokenizer pages = new StringTokenizer(Files.readString(Path.of("/proc/self/statm")));
    pages.nextToken();
    return Long.parseLong(pages.nextToken()) * PAGE;
  }
}
