package io.flexora.formats.onnx;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A copy of an ONNX file in which some float32 tensors have other values, and to whose graph
 * something is added. What is added has a name that nothing in the file has, since no runtime loads
 * a graph with two nodes or two values of one name. The copy is streamed: only what is new is in
 * memory.
 *
 * @since 0.1
 */
public final class OnnxCopy {
  private final OnnxFile file;
  private final Map<Long, float[]> replacements = new TreeMap<>();
  private final GraphFields prepended = new GraphFields();
  private final GraphFields appended = new GraphFields();
  private final Set<String> nodeNames = new HashSet<>();
  private final Set<String> valueNames = new HashSet<>();
  private final Set<String> outputNames = new HashSet<>();

  /** Starts with a copy that is the same. */
  public OnnxCopy(OnnxFile file) {
    this.file = file;
    valueNames.addAll(file.inputs());
    valueNames.addAll(file.initialisers().keySet());
    for (OnnxNode node : file.nodes()) {
      nodeNames.add(node.name());
      valueNames.addAll(node.outputs());
    }
    outputNames.addAll(file.outputs());
  }

  /**
   * Gives a tensor other values.
   *
   * @param tensor a float32 tensor of the file
   * @param values as many as the tensor has, row-major
   * @throws FlexoraException if the tensor's data cannot be read
   * @throws IllegalArgumentException if there are more or fewer values, or the tensor has others
   *     already
   */
  public OnnxCopy replace(OnnxTensor tensor, float[] values) {
    if (file.floats(tensor).remaining() != values.length) {
      throw new IllegalArgumentException(
          tensor.name()
              + " has shape "
              + tensor.dimensions()
              + ", not "
              + values.length
              + " values");
    }
    if (replacements.put(tensor.offset(), values) != null) {
      throw new IllegalArgumentException(tensor.name() + " is replaced twice");
    }
    return this;
  }

  /**
   * Appends a node, which comes after all nodes of the file.
   *
   * @throws FlexoraException if there is a node of its name, or a value of the name of an output
   */
  public OnnxCopy append(OnnxNode node) {
    requireNew(nodeNames, "node", node.name());
    node.outputs().forEach(output -> requireNew(valueNames, "value", output));
    appended.node(node);
    return this;
  }

  /**
   * Appends a float32 tensor.
   *
   * @throws FlexoraException if there is a value of its name
   */
  public OnnxCopy append(String name, List<Long> dimensions, float[] values) {
    requireNew(valueNames, "value", name);
    appended.initialiser(name, OnnxTensor.FLOAT, dimensions, raw(values));
    return this;
  }

  /**
   * Appends an int64 tensor.
   *
   * @throws FlexoraException if there is a value of its name
   */
  public OnnxCopy append(String name, List<Long> dimensions, long[] values) {
    requireNew(valueNames, "value", name);
    byte[] raw = new byte[values.length * Long.BYTES];
    littleEndian(raw).asLongBuffer().put(values);
    appended.initialiser(name, OnnxTensor.INT64, dimensions, raw);
    return this;
  }

  /**
   * Adds a float32 output of the graph, in front of those of the file: runtimes give outputs in
   * this order, and many readers take the first.
   *
   * @param name a value of the graph
   * @param dimensions its dimensions: numbers, or names of those that vary
   * @throws FlexoraException if it is an output already
   */
  public OnnxCopy prependOutput(String name, List<String> dimensions) {
    requireNew(outputNames, "output", name);
    prepended.output(name, dimensions);
    return this;
  }

  private void requireNew(Set<String> names, String what, String name) {
    // Names of nodes and of optional outputs may be left out.
    if (!name.isEmpty() && !names.add(name)) {
      throw new FlexoraException("%s has the %s '%s' already".formatted(file.path(), what, name));
    }
  }

  /**
   * Writes the copy, whole or not at all.
   *
   * @throws FlexoraException if it cannot be written
   */
  public void write(Path target) {
    DurableFile.write(target, this::writeTo);
  }

  private void writeTo(OutputStream out) throws IOException {
    WritableByteChannel channel = Channels.newChannel(out);
    OnnxLayout layout = file.layout();
    byte[] before = prepended.bytes();
    byte[] behind = appended.bytes();
    copy(channel, 0, layout.graphTag());
    int graph = layout.graphEnd() - layout.graphStart();
    out.write(GraphFields.header(before.length + graph + behind.length));
    out.write(before);
    long from = layout.graphStart();
    for (Map.Entry<Long, float[]> replacement : replacements.entrySet()) {
      copy(channel, from, replacement.getKey());
      byte[] raw = raw(replacement.getValue());
      out.write(raw);
      from = replacement.getKey() + raw.length;
    }
    copy(channel, from, layout.graphEnd());
    out.write(behind);
    copy(channel, layout.graphEnd(), file.size());
  }

  private void copy(WritableByteChannel out, long from, long to) throws IOException {
    out.write(file.bytes(from, to));
  }

  private static byte[] raw(float[] values) {
    byte[] raw = new byte[values.length * Float.BYTES];
    littleEndian(raw).asFloatBuffer().put(values);
    return raw;
  }

  private static ByteBuffer littleEndian(byte[] raw) {
    return ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
  }
}
