package io.flexora.formats.gguf;

import io.flexora.files.durable.RegularFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** An open file: a whole model, or a part of one. */
record GgufPart(Path path, FileChannel channel, GgufHeader header) implements AutoCloseable {

  static GgufPart open(Path path) throws IOException {
    FileChannel channel = RegularFile.channel(path);
    try {
      return new GgufPart(path, channel, GgufHeaderParser.parse(path, channel));
    } catch (BrokenGgufRule e) {
      channel.close();
      throw new MalformedGgufException(path, e.getMessage());
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
