package io.flexora.formats.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.ExactStream;
import io.flexora.files.durable.FileHash;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes safetensors files. The same tensors and metadata give the same bytes: wide types first,
 * then by name, as the reference writes them.
 *
 * @since 0.1
 */
public final class SafetensorsWriter {

  /** The metadata that PyTorch's tools write and some of them ask for. */
  public static final Map<String, String> PYTORCH = Map.of("format", "pt");

  private static final Comparator<Tensor> ORDER =
      Comparator.comparing(Tensor::type).reversed().thenComparing(Tensor::name);

  private SafetensorsWriter() {}

  /**
   * Writes a file whole or not at all.
   *
   * @return the size and the hash of the file
   * @throws io.flexora.api.run.FlexoraException if it cannot be written; the file is as it was
   * @throws IllegalArgumentException if two tensors have one name
   */
  public static FileHash write(Path file, List<Tensor> tensors, Map<String, String> metadata) {
    return DurableFile.write(file, stream -> write(stream, tensors, metadata));
  }

  /**
   * Writes the content of a file to a stream, which stays open.
   *
   * @throws IOException if the stream cannot take it
   * @throws IllegalArgumentException if two tensors have one name
   */
  public static void write(OutputStream stream, List<Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    List<Tensor> sorted = tensors.stream().sorted(ORDER).toList();
    byte[] header = header(sorted, metadata);
    stream.write(littleEndian(header.length));
    stream.write(header);
    for (Tensor tensor : sorted) {
      ExactStream.write(
          stream,
          "tensor " + tensor.name(),
          tensor.byteCount(),
          tensor.type() + " " + tensor.shape(),
          tensor.content());
    }
  }

  private static byte[] header(List<Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        writeMetadata(json, metadata);
      }
      writeTensors(json, tensors);
      json.writeEndObject();
    }
    while (bytes.size() % 8 != 0) {
      bytes.write(' ');
    }
    return bytes.toByteArray();
  }

  private static void writeMetadata(JsonGenerator json, Map<String, String> metadata)
      throws IOException {
    json.writeObjectFieldStart(SafetensorsHeader.METADATA);
    for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
      json.writeStringField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
  }

  private static void writeTensors(JsonGenerator json, List<Tensor> tensors) throws IOException {
    Set<String> names = new HashSet<>(Set.of(SafetensorsHeader.METADATA));
    long offset = 0;
    for (Tensor tensor : tensors) {
      if (!names.add(tensor.name())) {
        throw new IllegalArgumentException("two tensors have the name " + tensor.name());
      }
      long end = Math.addExact(offset, tensor.byteCount());
      json.writeObjectFieldStart(tensor.name());
      json.writeStringField("dtype", tensor.type().name());
      writeNumbers(json, "shape", tensor.shape());
      writeNumbers(json, "data_offsets", List.of(offset, end));
      json.writeEndObject();
      offset = end;
    }
  }

  private static void writeNumbers(JsonGenerator json, String key, List<Long> numbers)
      throws IOException {
    json.writeArrayFieldStart(key);
    for (long number : numbers) {
      json.writeNumber(number);
    }
    json.writeEndArray();
  }

  private static byte[] littleEndian(long value) {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }
}
