package io.flexora.transformers.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.flexora.numerics.transformer.LinearSpeed.LinearProduct;
import io.flexora.transformers.checkpoint.MeasuredProducts.Seconds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeasuredProductsTest {

  private static final List<LinearProduct> SMALL = List.of(new LinearProduct(64, 8, 16));
  private static final List<LinearProduct> WIDE = List.of(new LinearProduct(64, 8, 32));

  @TempDir private Path cache;
  private int measured;

  private MeasuredProducts on(String machine) {
    return new MeasuredProducts(
        cache.resolve("speed"),
        machine,
        Device.cpu(),
        (device, products) -> {
          measured++;
          return Optional.of(new Seconds(measured / 8.0, 1.0 / 3));
        });
  }

  @Test
  void measuresOnceForAMachineAndProducts() {
    Seconds first = on("m").of(SMALL).orElseThrow();
    assertThat(first).isEqualTo(new Seconds(0.125, 1.0 / 3));
    assertThat(on("m").of(SMALL).orElseThrow()).isEqualTo(first);
    assertThat(measured).isEqualTo(1);
    assertThat(on("m").of(WIDE).orElseThrow()).isEqualTo(new Seconds(0.25, 1.0 / 3));
    assertThat(on("m with 3 threads").of(SMALL).orElseThrow())
        .isEqualTo(new Seconds(0.375, 1.0 / 3));
    assertThat(on("m").of(SMALL).orElseThrow()).isEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "KEY",
        "KEY\n",
        "KEY\n0.5",
        "KEY\n0.5 0.25 1",
        "KEY\n0.5 nothing",
        "KEY\nNaN 0.25",
        "KEY\n0.5 -1",
        "KEY\n0 1",
        "other machine; 64x8x16\n0.5 0.25",
        "KEY\n0.5 0.25\nmore"
      })
  void measuresAgainWhereTheFileIsDamagedOrTellsOfSomethingElse(String content) throws IOException {
    var unused = on("m").of(SMALL);
    Path file = onlyFile();
    String key = Files.readAllLines(file).get(0);
    Files.writeString(file, content.replace("KEY", key));
    assertThat(on("m").of(SMALL).orElseThrow()).isEqualTo(new Seconds(0.25, 1.0 / 3));
    assertThat(on("m").of(SMALL).orElseThrow()).isEqualTo(new Seconds(0.25, 1.0 / 3));
  }

  @Test
  void keepsToWhatAnotherProcessMeasuredMeanwhile() throws IOException {
    Seconds theirs = new Seconds(4, 5);
    MeasuredProducts ours =
        new MeasuredProducts(
            cache.resolve("speed"),
            "m",
            Device.cpu(),
            (device, products) -> {
              var unused =
                  new MeasuredProducts(
                          cache.resolve("speed"), "m", device, (d, p) -> Optional.of(theirs))
                      .of(products)
                      .orElseThrow();
              return Optional.of(new Seconds(1, 2));
            });
    assertThat(ours.of(SMALL)).contains(theirs);
  }

  @Test
  void keepsNoMeasurementThatFoundNothing() {
    MeasuredProducts busy =
        new MeasuredProducts(
            cache.resolve("speed"), "m", Device.cpu(), (device, products) -> Optional.empty());
    assertThat(busy.of(SMALL)).isEmpty();
    assertThat(on("m").of(SMALL)).contains(new Seconds(0.125, 1.0 / 3));
  }

  @Test
  void doesWithoutAFolder() throws IOException {
    Files.writeString(cache.resolve("speed"), "a file, no folder");
    assertThat(on("m").of(SMALL).orElseThrow()).isEqualTo(new Seconds(0.125, 1.0 / 3));
    assertThat(on("m").of(SMALL).orElseThrow()).isEqualTo(new Seconds(0.25, 1.0 / 3));
  }

  private Path onlyFile() throws IOException {
    try (Stream<Path> files = Files.list(cache.resolve("speed"))) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      return all.get(0);
    }
  }
}
