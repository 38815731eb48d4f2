package io.flexora.formats.safetensors;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * The open weights of a model: one safetensors file, or several (shards) with an index that says
 * which tensor is where. Opening checks every file, and that each tensor is where the index says.
 *
 * @since 0.1
 */
public final class SafetensorsModel implements AutoCloseable {

  /** The name of the file of a model that is not in shards. */
  public static final String SINGLE = "model.safetensors";

  /** The name of the file that says which tensor is in which shard. */
  public static final String INDEX = "model.safetensors.index.json";

  private static final String PICKLED = "pytorch_model.bin";
  private static final String PICKLED_SHARDS = "pytorch_model.bin.index.json";

  private final Path path;
  private final List<SafetensorsFile> files;
  private final Map<String, SafetensorsFile> byTensor;

  private SafetensorsModel(
      Path path, List<SafetensorsFile> files, Map<String, SafetensorsFile> byTensor) {
    this.path = path;
    this.files = files;
    this.byTensor = byTensor;
  }

  /**
   * Opens a safetensors file or the one that a folder holds: {@value #SINGLE} if it is there, else
   * the shards of {@value #INDEX}. Tensors of a shard that the index does not name are left out.
   *
   * @throws IOException if a file cannot be read
   * @throws MalformedSafetensorsException if a file breaks a rule of its format
   * @throws FlexoraException if there are no weights, or a shard or a tensor of one is missing
   */
  public static SafetensorsModel open(Path path) throws IOException {
    if (Files.isRegularFile(path)) {
      return single(path, path);
    }
    Path single = path.resolve(SINGLE);
    if (Files.exists(single)) {
      return single(path, single);
    }
    Path index = path.resolve(INDEX);
    if (Files.exists(index)) {
      return sharded(path, index);
    }
    refusePickled(path);
    throw new FlexoraException(
        "%s; name a folder with the weights of a model in the safetensors format"
            .formatted(nothingIn(path)));
  }

  /**
   * Refuses a folder whose weights are in PyTorch's pickled format alone.
   *
   * @throws FlexoraException if they are
   */
  public static void refusePickled(Path folder) {
    boolean pickled =
        Files.exists(folder.resolve(PICKLED)) || Files.exists(folder.resolve(PICKLED_SHARDS));
    if (pickled && !Files.exists(folder.resolve(SINGLE)) && !Files.exists(folder.resolve(INDEX))) {
      throw new FlexoraException(
          ("%s; its %s is in a format that can run code when it is read: save the model again as"
                  + " safetensors, with transformers: model.save_pretrained(folder)")
              .formatted(nothingIn(folder), PICKLED));
    }
  }

  private static String nothingIn(Path path) {
    return path + " holds neither " + SINGLE + " nor " + INDEX;
  }

  private static SafetensorsModel single(Path path, Path file) throws IOException {
    SafetensorsFile open = SafetensorsFile.open(file);
    Map<String, SafetensorsFile> byTensor = new LinkedHashMap<>();
    open.tensors().forEach(tensor -> byTensor.put(tensor.name(), open));
    return new SafetensorsModel(path, List.of(open), byTensor);
  }

  private static SafetensorsModel sharded(Path folder, Path index) throws IOException {
    Map<String, String> names = ShardIndex.read(index);
    requireAll(folder, index, List.copyOf(new LinkedHashSet<>(names.values())));
    Map<String, SafetensorsFile> shards = new LinkedHashMap<>();
    Map<String, SafetensorsFile> byTensor = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, String> entry : names.entrySet()) {
        SafetensorsFile shard = shards.get(entry.getValue());
        if (shard == null) {
          shard = SafetensorsFile.open(folder.resolve(entry.getValue()));
          shards.put(entry.getValue(), shard);
        }
        requireTensor(index, shard, entry.getKey());
        byTensor.put(entry.getKey(), shard);
      }
      return new SafetensorsModel(folder, List.copyOf(shards.values()), byTensor);
    } catch (IOException | RuntimeException e) {
      close(shards.values());
      throw e;
    }
  }

  private static void requireAll(Path folder, Path index, List<String> shards) {
    List<String> missing =
        shards.stream().filter(name -> !Files.isRegularFile(folder.resolve(name))).toList();
    if (!missing.isEmpty()) {
      List<String> some = missing.subList(0, Math.min(5, missing.size()));
      throw new FlexoraException(
          folder
              + " lacks "
              + missing.size()
              + " of the "
              + shards.size()
              + " files that "
              + (index.getFileName() + " names: " + String.join(", ", some))
              + (missing.size() > some.size() ? ", ..." : "")
              + "; fetch the model again");
    }
  }

  private static void requireTensor(Path index, SafetensorsFile shard, String tensor) {
    if (!shard.has(tensor)) {
      throw new FlexoraException(
          shard.path()
              + " has no tensor '"
              + tensor
              + "', though "
              + index.getFileName()
              + " says that it is there; the files are not of one model: fetch it again");
    }
  }

  /** The folder or file that was opened. */
  public Path path() {
    return path;
  }

  /** The files that hold the tensors. */
  public List<Path> files() {
    return files.stream().map(SafetensorsFile::path).toList();
  }

  /** The tensors, in the order of the index or, of a single file, of their bytes. */
  public List<TensorInfo> tensors() {
    List<TensorInfo> tensors = new ArrayList<>();
    byTensor.forEach((name, file) -> tensors.add(file.tensor(name)));
    return tensors;
  }

  /** Whether there is a tensor of that name. */
  public boolean has(String name) {
    return byTensor.containsKey(name);
  }

  /**
   * Finds a tensor by its name.
   *
   * @throws FlexoraException if there is none
   */
  public TensorInfo tensor(String name) {
    return file(name).tensor(name);
  }

  private SafetensorsFile file(String name) {
    SafetensorsFile file = byTensor.get(name);
    if (file == null) {
      String some = String.join(", ", byTensor.keySet().stream().limit(10).toList());
      throw new FlexoraException(
          path
              + " has no tensor '"
              + name
              + "'; it has "
              + (some.isEmpty() ? "none" : some)
              + (byTensor.size() > 10 ? ", ..." : ""));
    }
    return file;
  }

  /**
   * Reads a part of a tensor's bytes; see {@link SafetensorsFile#read}.
   *
   * @throws IOException if the part is not within the tensor or cannot be read
   */
  public void read(String name, long from, ByteBuffer into) throws IOException {
    file(name).read(name, from, into);
  }

  /**
   * Reads elements of a tensor as floats; see {@link SafetensorsFile#readFloats}.
   *
   * @throws IOException if there are not so many elements, they cannot be read or are of another
   *     type
   */
  public void readFloats(String name, long firstElement, FloatBuffer target) throws IOException {
    file(name).readFloats(name, firstElement, target);
  }

  /** Closes all files. */
  @Override
  public void close() throws IOException {
    close(files);
  }

  private static void close(Iterable<SafetensorsFile> files) throws IOException {
    IOException failure = null;
    for (SafetensorsFile file : files) {
      try {
        file.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
