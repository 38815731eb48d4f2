package io.flexora.config.yaml;

import io.flexora.files.durable.ReadFailure;
import io.flexora.files.durable.RegularFile;
import io.flexora.files.message.NearestName;
import io.flexora.files.text.Utf8Text;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads a small text file whole, or says why not. */
final class TextFile {

  private final Path file;
  private final Optional<Path> installation;
  private final Location location;

  TextFile(Path file, Optional<Path> installation) {
    this.file = file;
    this.installation = installation;
    this.location = Location.ofFile(file);
  }

  /** Reads the text. */
  String read() {
    if (Files.isDirectory(file)) {
      throw failure("this is a folder; name a YAML file in it", null);
    }
    if (!Files.exists(file)) {
      throw failure("there is no such file" + installed().orElseGet(this::nearest), null);
    }
    try (InputStream in = RegularFile.stream(file)) {
      byte[] bytes = in.readNBytes(YamlParser.BYTES + 1);
      if (bytes.length > YamlParser.BYTES) {
        throw failure("the file is larger than " + YamlParser.BYTES + " bytes", null);
      }
      return decoded(bytes);
    } catch (IOException e) {
      throw failure("the file cannot be read: " + ReadFailure.reason(file, e), e);
    }
  }

  private String decoded(byte[] bytes) {
    try {
      return Utf8Text.of(bytes);
    } catch (Utf8Text.NotUtf8Exception e) {
      throw new ConfigurationException(
          TextPosition.after(e.before()).in(location), "the file is not UTF-8 text from here on");
    }
  }

  private Optional<String> installed() {
    return installation
        .map(folder -> folder.resolve(file))
        .filter(Files::isRegularFile)
        .map(found -> "; the installation has one: " + found);
  }

  private String nearest() {
    Path name = file.getFileName();
    if (name == null || !Files.isDirectory(location.folder())) {
      return "";
    }
    try (Stream<Path> siblings = Files.list(location.folder())) {
      List<String> names =
          siblings.filter(Files::isRegularFile).map(f -> f.getFileName().toString()).toList();
      Optional<String> near = NearestName.to(name.toString(), names);
      return near.map(n -> NearestName.question(file.resolveSibling(n).toString())).orElse("");
    } catch (IOException e) {
      return "";
    }
  }

  private ConfigurationException failure(String message, Throwable cause) {
    return new ConfigurationException(location, message, cause);
  }
}
