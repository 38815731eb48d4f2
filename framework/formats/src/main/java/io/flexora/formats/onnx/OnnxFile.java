package io.flexora.formats.onnx;

import com.google.protobuf.CodedInputStream;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.RegularFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * An ONNX file, read but for its weights, which are looked at where they lie.
 *
 * <p>No length in the file is trusted: nothing is allocated that is larger than the bytes that are
 * really there.
 *
 * @since 0.1
 */
public final class OnnxFile {
  private final Path path;
  private final ByteBuffer bytes;
  private final OnnxLayout layout;

  private OnnxFile(Path path, ByteBuffer bytes, OnnxLayout layout) {
    this.path = path;
    this.bytes = bytes;
    this.layout = layout;
  }

  /**
   * Reads a file.
   *
   * @throws IOException if the file cannot be read
   * @throws FlexoraException if it is not a whole ONNX file
   */
  public static OnnxFile read(Path path) throws IOException {
    ByteBuffer bytes = map(path);
    try {
      return new OnnxFile(path, bytes, OnnxParser.parse(bytes));
    } catch (IOException | IllegalArgumentException e) {
      throw damaged(path, e);
    }
  }

  private static ByteBuffer map(Path path) throws IOException {
    try (FileChannel channel = RegularFile.channel(path)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw new FlexoraException(
            path + " has " + channel.size() + " bytes; an ONNX file has less than 2 GiB");
      }
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
    }
  }

  /**
   * Reads a file that native code is to load: also looks whether each tensor in it has as much data
   * as its shape says.
   *
   * @throws IOException if the file cannot be read
   * @throws FlexoraException if it is not a whole ONNX file, or a tensor in it is not whole
   */
  public static OnnxFile readWhole(Path path) throws IOException {
    OnnxFile file = read(path);
    try {
      TensorAudit.check(path, file.bytes);
    } catch (IOException | IllegalArgumentException e) {
      throw damaged(path, e);
    }
    return file;
  }

  private static FlexoraException damaged(Path path, Exception e) {
    return new FlexoraException(
        path
            + " is not a whole ONNX file: it is cut short, damaged, or something else. Fetch or"
            + " export it again",
        e);
  }

  /** The file. */
  public Path path() {
    return path;
  }

  /** The version of the default operator set. */
  public long operatorSet() {
    return layout.operatorSet();
  }

  /** The nodes, each after those whose outputs it takes. */
  public List<OnnxNode> nodes() {
    return layout.nodes();
  }

  /** The initialisers by name, in the file's order. */
  public Map<String, OnnxTensor> initialisers() {
    return layout.initialisers();
  }

  /** The names of the graph's inputs. */
  public List<String> inputs() {
    return layout.inputs();
  }

  /** The names of the graph's outputs. */
  public List<String> outputs() {
    return layout.outputs();
  }

  /** Finds the linear modules of the graph, by name, in the order of the forward pass. */
  public Map<String, OnnxLinear> linears() {
    return OnnxLinears.of(this);
  }

  long size() {
    return bytes.capacity();
  }

  ByteBuffer bytes(long from, long to) {
    return bytes.slice((int) from, (int) (to - from));
  }

  OnnxLayout layout() {
    return layout;
  }

  /**
   * Looks at the values of a float32 tensor.
   *
   * @return its values, row-major, where they lie in the file
   * @throws FlexoraException if it has another type, lies in another file, or has more or fewer
   *     bytes than its shape says
   */
  public FloatBuffer floats(OnnxTensor tensor) {
    if (tensor.storage() == OnnxTensor.Storage.EXTERNAL) {
      throw refusal(tensor, "keeps its data in another file; save the model as one file");
    }
    if (tensor.elementType() != OnnxTensor.FLOAT) {
      throw refusal(
          tensor, "is " + tensor.typeName() + "; only float32 weights are read, so export it so");
    }
    return slice(tensor, Float.BYTES).asFloatBuffer();
  }

  /**
   * Reads the values of an int64 tensor.
   *
   * @throws FlexoraException as {@link #floats}
   */
  public long[] integers(OnnxTensor tensor) throws IOException {
    if (tensor.elementType() != OnnxTensor.INT64) {
      throw refusal(tensor, "is " + tensor.typeName() + ", not int64");
    }
    if (tensor.storage() == OnnxTensor.Storage.VARINTS) {
      return varints(tensor);
    }
    long[] values = new long[tensor.length() / Long.BYTES];
    slice(tensor, Long.BYTES).asLongBuffer().get(values);
    return values;
  }

  private long[] varints(OnnxTensor tensor) throws IOException {
    CodedInputStream in =
        CodedInputStream.newInstance(bytes.slice((int) tensor.offset(), tensor.length()));
    long[] values = new long[tensor.length()];
    int count = 0;
    while (!in.isAtEnd()) {
      values[count++] = in.readInt64();
    }
    return Arrays.copyOf(values, count);
  }

  private ByteBuffer slice(OnnxTensor tensor, int elementBytes) {
    if (tensor.storage() == OnnxTensor.Storage.PIECES) {
      throw refusal(tensor, "keeps its data in several pieces");
    }
    long elements = tensor.elements();
    if (elements < 0 || elements != tensor.length() / elementBytes) {
      throw refusal(
          tensor,
          "has shape " + tensor.dimensions() + " but " + tensor.length() + " bytes of data");
    }
    return bytes.slice((int) tensor.offset(), tensor.length()).order(ByteOrder.LITTLE_ENDIAN);
  }

  private FlexoraException refusal(OnnxTensor tensor, String why) {
    return new FlexoraException(path + ": tensor '" + tensor.name() + "' " + why);
  }
}
