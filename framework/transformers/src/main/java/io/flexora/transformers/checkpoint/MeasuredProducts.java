package io.flexora.transformers.checkpoint;

import ai.djl.Device;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.FileHash;
import io.flexora.files.durable.RegularFile;
import io.flexora.files.machine.UserCache;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.transformer.LinearSpeed.LinearProduct;
import io.flexora.numerics.transformer.Processor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The times of products in float32 and in bf16, measured once for a processor, a version of PyTorch
 * and a number of threads and then kept in a file, so that two runs on one machine decide alike. A
 * file that is damaged or tells of something else is as good as none.
 */
final class MeasuredProducts {

  private static final Logger LOG = LoggerFactory.getLogger(MeasuredProducts.class);
  private static final int LINES = 2;

  private final Path folder;
  private final String machine;
  private final Device device;
  private final BiFunction<Device, List<LinearProduct>, Optional<Seconds>> measurement;

  /** The time of all products in each type. */
  record Seconds(double float32, double bf16) {

    /** The shorter time of both in each type. */
    Seconds best(Seconds other) {
      return new Seconds(Math.min(float32, other.float32), Math.min(bf16, other.bf16));
    }

    private String line() {
      return float32 + " " + bf16;
    }

    private static Seconds parse(String line) {
      String[] words = line.split(" ", -1);
      if (words.length != 2) {
        throw new IllegalArgumentException(line);
      }
      Seconds seconds = new Seconds(Double.parseDouble(words[0]), Double.parseDouble(words[1]));
      if (!isTime(seconds.float32) || !isTime(seconds.bf16)) {
        throw new IllegalArgumentException(line);
      }
      return seconds;
    }

    private static boolean isTime(double seconds) {
      return Double.isFinite(seconds) && seconds > 0;
    }
  }

  /**
   * Keeps measurements in a folder.
   *
   * @param machine what the times depend on beside the products, on one line
   */
  MeasuredProducts(
      Path folder,
      String machine,
      Device device,
      BiFunction<Device, List<LinearProduct>, Optional<Seconds>> measurement) {
    this.folder = folder;
    this.machine = machine;
    this.device = device;
    this.measurement = measurement;
  }

  /** Keeps measurements of this machine in the user's cache. */
  static MeasuredProducts ofUser(
      Device device, BiFunction<Device, List<LinearProduct>, Optional<Seconds>> measurement) {
    TorchEngine engine = TorchEngine.start();
    Processor processor = Processor.ofThisMachine();
    String machine =
        "%s; %s; %s; PyTorch %s; %d threads"
            .formatted(
                processor.name(),
                processor.flags(),
                System.getProperty("os.arch"),
                engine.version(),
                engine.threads());
    return new MeasuredProducts(
        UserCache.folder("compute-speed"), machine.replace('\n', ' '), device, measurement);
  }

  /** The times that are kept, or else those of a measurement; empty if that found none. */
  Optional<Seconds> of(List<LinearProduct> products) {
    String key =
        machine
            + "; "
            + products.stream()
                .map(p -> "%dx%dx%d".formatted(p.rows(), p.inputs(), p.outputs()))
                .collect(Collectors.joining(" "));
    String name = FileHash.of(key.getBytes(StandardCharsets.UTF_8)).sha256();
    Path file = folder.resolve(name + ".txt");
    return read(file, key)
        .or(
            () -> {
              Optional<Seconds> seconds = measurement.apply(device, products);
              // Another process may have measured meanwhile: the first counts.
              return read(file, key).or(() -> seconds.map(found -> keep(file, key, found)));
            });
  }

  private static Optional<Seconds> read(Path file, String key) {
    try {
      List<String> lines = RegularFile.lines(file);
      return lines.size() == LINES && lines.get(0).equals(key)
          ? Optional.of(Seconds.parse(lines.get(1)))
          : Optional.empty();
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  private Seconds keep(Path file, String key, Seconds seconds) {
    try {
      Files.createDirectories(folder);
      DurableFile.write(file, key + "\n" + seconds.line() + "\n");
    } catch (IOException | FlexoraException e) {
      LOG.debug("the measurement is not kept in {}", file, e);
    }
    return seconds;
  }
}
