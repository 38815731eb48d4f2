package io.flexora.formats.peft;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFolder;
import io.flexora.files.durable.FileHash;
import io.flexora.files.durable.RegularFile;
import io.flexora.files.durable.Sha256Sums;
import io.flexora.files.message.JsonProblem;
import io.flexora.formats.safetensors.SafetensorsFile;
import io.flexora.formats.safetensors.SafetensorsWriter;
import io.flexora.formats.safetensors.TensorInfo;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Writes and reads the folder in which PEFT keeps an adapter: {@value #CONFIGURATION} and {@value
 * #TENSORS}. The hashes of both are beside them, in a file that PEFT does not look at; they are
 * checked where they are there, which they are not in the folder of another tool.
 *
 * @since 0.1
 */
public final class AdapterFolder {

  /** The file of the configuration. */
  public static final String CONFIGURATION = "adapter_config.json";

  /** The file of the tensors. */
  public static final String TENSORS = "adapter_model.safetensors";

  /** The names of all files. */
  public static final Set<String> FILES = Set.of(CONFIGURATION, TENSORS, Sha256Sums.NAME);

  private static final Set<String> HASHED = Set.of(CONFIGURATION, TENSORS);

  private static final String PICKLED = "adapter_model.bin";

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  private static final long MAX_CONFIGURATION_BYTES = 1 << 20;

  private AdapterFolder() {}

  /**
   * Writes an adapter whole or not at all, in place of the one that is there, and compares what can
   * be read again with what was to be written.
   *
   * @throws FlexoraException if it cannot be written, or is not the same when it is read again; the
   *     folder is as it was
   */
  public static void write(Path folder, PeftAdapter adapter) {
    write(folder, adapter, staging -> {});
  }

  /**
   * Writes an adapter as {@link #write(Path, PeftAdapter)} does, if a further check lets it.
   *
   * @param check looks at the folder that holds the new adapter for now, and throws if it is not as
   *     it should be
   */
  public static void write(Path folder, PeftAdapter adapter, Consumer<Path> check) {
    DurableFolder.write(
        folder,
        staging -> {
          FileHash configuration =
              staging.write(CONFIGURATION, out -> writeConfiguration(out, adapter.configuration()));
          FileHash tensors =
              staging.write(
                  TENSORS,
                  out ->
                      SafetensorsWriter.write(out, adapter.toTensors(), SafetensorsWriter.PYTORCH));
          Sha256Sums.write(staging, Map.of(CONFIGURATION, configuration, TENSORS, tensors));
          requireSame(staging.path(), adapter);
          check.accept(staging.path());
        });
  }

  private static void writeConfiguration(OutputStream out, Map<String, Object> configuration)
      throws IOException {
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE.withLinefeed("\n"));
    printer.indentObjectsWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE.withLinefeed("\n"));
    out.write(JSON.writer(printer).writeValueAsBytes(configuration));
    out.write('\n');
  }

  private static void requireSame(Path folder, PeftAdapter adapter) throws IOException {
    PeftAdapter read = read(folder);
    boolean sameKeys =
        JSON.valueToTree(read.configuration())
            .equals(JSON.readTree(JSON.writeValueAsBytes(adapter.configuration())));
    if (!sameKeys || !read.tensors().equals(adapter.tensors())) {
      throw new FlexoraException(
          "the adapter in " + folder + " differs from the one written; the disk may be failing");
    }
  }

  /**
   * Says what is damaged in the folder of an adapter that {@link #write} wrote, with the file's
   * name; empty if nothing is.
   *
   * @throws IOException if a file cannot be read
   */
  public static Optional<String> damage(Path folder) throws IOException {
    DurableFolder.recover(folder);
    Path sums = folder.resolve(Sha256Sums.NAME);
    return Files.isRegularFile(sums)
        ? Sha256Sums.difference(folder, HASHED)
        : Optional.of(sums + " is missing");
  }

  /**
   * Reads an adapter.
   *
   * @throws IOException if a file cannot be read
   * @throws FlexoraException if a file is not what it should be, or not as its hash says
   */
  public static PeftAdapter read(Path folder) throws IOException {
    DurableFolder.recover(folder);
    if (!Files.isRegularFile(folder.resolve(TENSORS))
        && Files.isRegularFile(folder.resolve(PICKLED))) {
      throw new FlexoraException(
          "%s holds its tensors in %s, a format that can run code when it is read; save the adapter again as safetensors, with PEFT: model.save_pretrained(folder, safe_serialization=True)"
              .formatted(folder, PICKLED));
    }
    for (String file : new String[] {CONFIGURATION, TENSORS}) {
      if (Files.notExists(folder.resolve(file))) {
        throw new FlexoraException(folder + " is not an adapter's folder: it has no file " + file);
      }
      RegularFile.require(folder.resolve(file));
    }
    Sha256Sums.require(folder, HASHED);
    return new PeftAdapter(
        readConfiguration(folder.resolve(CONFIGURATION)), readTensors(folder.resolve(TENSORS)));
  }

  private static Map<String, Object> readConfiguration(Path file) throws IOException {
    if (Files.size(file) > MAX_CONFIGURATION_BYTES) {
      throw new FlexoraException(file + " has more than " + MAX_CONFIGURATION_BYTES + " bytes");
    }
    try {
      Map<String, Object> keys =
          JSON.readValue(RegularFile.bytes(file), new TypeReference<TreeMap<String, Object>>() {});
      if (keys == null) {
        throw new FlexoraException(file + " is not a JSON object: it is null");
      }
      return keys;
    } catch (JsonProcessingException e) {
      throw new FlexoraException(file + " is not a JSON object: " + JsonProblem.of(e), e);
    }
  }

  private static NavigableMap<String, PeftAdapter.Values> readTensors(Path file)
      throws IOException {
    NavigableMap<String, PeftAdapter.Values> tensors = new TreeMap<>();
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      for (TensorInfo tensor : open.tensors()) {
        float[] values = open.floats(tensor.name());
        requireFinite(file, tensor.name(), values);
        tensors.put(tensor.name(), new PeftAdapter.Values(tensor.shape(), values));
      }
    }
    return tensors;
  }

  private static void requireFinite(Path file, String name, float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new FlexoraException(
            "tensor '%s' of %s holds %s; the training that it comes from has diverged, or the file is damaged"
                .formatted(name, file, value));
      }
    }
  }
}
