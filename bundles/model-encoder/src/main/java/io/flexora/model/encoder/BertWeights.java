package io.flexora.model.encoder;

import io.flexora.api.run.FlexoraException;
import io.flexora.formats.onnx.OnnxLinear;
import io.flexora.formats.onnx.OnnxTensor;
import io.flexora.transformers.checkpoint.Checkpoint;
import io.flexora.transformers.checkpoint.StoredTensor;
import io.flexora.transformers.checkpoint.StoredType;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The weights of a BERT in an ONNX file as a checkpoint: tensors by their names in Hugging Face
 * form, matrices as {@code [outputs, inputs]}.
 */
final class BertWeights implements Checkpoint {

  private static final String PREFIX = "bert.";
  private static final Pattern LINEAR =
      Pattern.compile("bert\\.encoder\\.layer\\.(\\d+)\\.(.*)\\.(weight|bias)");

  private static final float LARGEST = 1e6f;

  private final BertFile file;
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
  private final Map<String, Source> sources = new HashMap<>();

  /** A tensor of the file, and whether it is a matrix {@code [inputs, outputs]}. */
  private record Source(OnnxTensor tensor, boolean transposed) {}

  BertWeights(BertFile file) {
    this.file = file;
    file.encoder().arrays().tensors().forEach(tensor -> add(tensor.name()));
  }

  private void add(String name) {
    Matcher part = LINEAR.matcher(name);
    if (!part.matches() || !BertFile.LINEARS.contains(part.group(2))) {
      add(name, file.tensor(name.substring(PREFIX.length())), false);
      return;
    }
    int layer = Integer.parseInt(part.group(1));
    if (part.group(3).equals("bias")) {
      add(name, file.bias(layer, part.group(2)), false);
    } else {
      OnnxLinear linear = file.linear(layer, part.group(2));
      add(name, linear.weight(), linear.transposed());
    }
  }

  private void add(String name, OnnxTensor tensor, boolean transposed) {
    List<Long> shape = new ArrayList<>(tensor.dimensions());
    if (transposed) {
      Collections.reverse(shape);
    }
    String label = StoredTensor.label(tensor.name(), location());
    tensors.put(name, new StoredTensor(name, shape, StoredType.F32, label));
    sources.put(name, new Source(tensor, transposed));
  }

  @Override
  public Path location() {
    return file.file().path();
  }

  @Override
  public Map<String, StoredTensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  @Override
  public void read(StoredTensor tensor, long firstRow, ByteBuffer into) throws IOException {
    Source source = sources.get(tensor.name());
    FloatBuffer values = file.file().floats(source.tensor());
    int width = Math.toIntExact(tensor.rowSize());
    int rows = into.remaining() / Math.toIntExact(tensor.rowBytes());
    if (firstRow < 0 || firstRow + rows > tensor.rows()) {
      throw new EOFException("row " + firstRow + " of " + tensor.label());
    }
    int first = Math.toIntExact(firstRow);
    int step = source.transposed() ? Math.toIntExact(tensor.rows()) : 1;
    for (int row = first; row < first + rows; row++) {
      int start = source.transposed() ? row : row * width;
      for (int i = 0; i < width; i++) {
        into.putFloat(plausible(source.tensor(), values.get(start + i * step)));
      }
    }
  }

  /** ONNX has no checksum, but a damaged float is seldom a small one. */
  private float plausible(OnnxTensor tensor, float value) {
    if (!(Math.abs(value) < LARGEST)) {
      throw new FlexoraException(
          location()
              + " is damaged: its tensor '"
              + tensor.name()
              + "' holds "
              + value
              + ". Fetch or export it again");
    }
    return value;
  }

  /** The file is mapped, and nothing is open. */
  @Override
  public void close() {}
}
