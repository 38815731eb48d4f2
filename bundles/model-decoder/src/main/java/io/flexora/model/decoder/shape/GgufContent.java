package io.flexora.model.decoder.shape;

import io.flexora.formats.gguf.GgufFile;
import io.flexora.formats.gguf.GgufMetadata;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The content of a GGUF file, written or to be written. */
public interface GgufContent {

  /** The file, as messages name it. */
  String where();

  /** An entry of the metadata. */
  Optional<Object> value(String key);

  /** Whether there is a tensor of that name. */
  boolean has(String tensor);

  /** The shape of a tensor. */
  List<Long> shape(String tensor);

  /** The numbers of a vector. */
  float[] floats(String tensor) throws IOException;

  /**
   * A file.
   *
   * @param file the file
   */
  record OfFile(GgufFile file) implements GgufContent {
    @Override
    public String where() {
      return file.path().toString();
    }

    @Override
    public Optional<Object> value(String key) {
      return Optional.ofNullable(file.metadata().get(key));
    }

    @Override
    public boolean has(String tensor) {
      return file.has(tensor);
    }

    @Override
    public List<Long> shape(String tensor) {
      return file.tensor(tensor).shape();
    }

    @Override
    public float[] floats(String tensor) throws IOException {
      float[] floats = new float[Math.toIntExact(shape(tensor).get(0))];
      file.readFloats(tensor, 0, floats);
      return floats;
    }
  }

  /**
   * The content to be written.
   *
   * @param where how messages call it
   * @param metadata the entries
   * @param tensors the shapes by name
   * @param vectors the numbers of vectors that say something of the shape
   */
  record Planned(
      String where,
      GgufMetadata metadata,
      Map<String, List<Long>> tensors,
      Map<String, float[]> vectors)
      implements GgufContent {
    @Override
    public Optional<Object> value(String key) {
      return Optional.ofNullable(metadata.get(key));
    }

    @Override
    public boolean has(String tensor) {
      return tensors.containsKey(tensor) || vectors.containsKey(tensor);
    }

    @Override
    public List<Long> shape(String tensor) {
      return vectors.containsKey(tensor)
          ? List.of((long) vectors.get(tensor).length)
          : tensors.get(tensor);
    }

    @Override
    public float[] floats(String tensor) {
      return vectors.get(tensor).clone();
    }
  }
}
