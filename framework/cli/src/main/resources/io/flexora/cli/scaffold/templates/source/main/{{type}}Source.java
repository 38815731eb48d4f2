package {{package}};

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Monitor;
import io.flexora.api.source.Source;
import io.flexora.files.durable.DurableFile;
import jakarta.inject.Inject;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Unpacks one file of a zip archive: {@code {{name}}:data/rows.zip!/train.jsonl}. */
@Doc("A file in a zip archive: {{name}}:ARCHIVE!/ENTRY.")
final class {{type}}Source implements Source {

  private static final String SEPARATOR = "!/";

  private final Path storage;

  @Inject
  {{type}}Source() {
    this(Path.of(System.getProperty("java.io.tmpdir"), "flexora-{{name}}"));
  }

  /**
   * A source with a place for what it unpacks.
   *
   * @param storage a folder, which need not be there yet
   */
  {{type}}Source(Path storage) {
    this.storage = storage;
  }

  @Override
  public Path fetch(String location, Monitor monitor) throws IOException {
    int at = location.indexOf(SEPARATOR);
    if (at < 1 || at + SEPARATOR.length() == location.length()) {
      throw new FlexoraException(
          "'{{name}}:%s' is not {{name}}:ARCHIVE!/ENTRY, such as {{name}}:data/rows.zip!/train.jsonl"
              .formatted(location));
    }
    Path archive = Path.of(location.substring(0, at));
    if (!Files.isRegularFile(archive)) {
      // Whoever can do without the file tells this apart from a failure.
      throw new FileNotFoundException("there is no archive " + archive.toAbsolutePath());
    }
    return unpacked(archive, location.substring(at + SEPARATOR.length()));
  }

  private Path unpacked(Path archive, String entry) throws IOException {
    Path target = target(archive, entry);
    if (Files.exists(target)) {
      return target;
    }
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      ZipEntry found = zip.getEntry(entry);
      if (found == null || found.isDirectory()) {
        throw new FileNotFoundException("%s has no file %s".formatted(archive, entry));
      }
      Files.createDirectories(target.getParent());
      try (InputStream in = zip.getInputStream(found)) {
        // Whole under its final name, or not there at all: the next run can rely on it.
        DurableFile.write(target, in::transferTo);
      }
      return target;
    }
  }

  /** A place for each state of each archive, so that a new archive is unpacked anew. */
  private Path target(Path archive, String entry) throws IOException {
    String state =
        "%s %d %s %s"
            .formatted(
                archive.toRealPath(),
                Files.size(archive),
                Files.getLastModifiedTime(archive),
                entry);
    String folder = UUID.nameUUIDFromBytes(state.getBytes(UTF_8)).toString();
    return storage.resolve(folder).resolve(entry.substring(entry.lastIndexOf('/') + 1));
  }
}
