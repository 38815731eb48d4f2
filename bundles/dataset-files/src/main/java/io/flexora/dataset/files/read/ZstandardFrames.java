package io.flexora.dataset.files.read;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Walks over the frames of a Zstandard file (RFC 8878, section 3.1) to see that it is whole; DuckDB
 * reads a cut one up to the cut and says nothing.
 */
final class ZstandardFrames {
  private static final int FRAME = 0xFD2FB528;
  private static final int SKIPPABLE = 0x184D2A50;
  private static final int[] DICTIONARY_BYTES = {0, 1, 2, 4};
  private static final int[] SIZE_BYTES = {0, 2, 4, 8};
  private final DataInputStream in;

  private ZstandardFrames(InputStream in) {
    this.in = new DataInputStream(in);
  }

  /**
   * Reads to the end.
   *
   * @throws EOFException if the last frame is not whole
   * @throws IOException if something else than frames is there
   */
  static void check(InputStream in) throws IOException {
    ZstandardFrames frames = new ZstandardFrames(in);
    for (int first = in.read(); first >= 0; first = in.read()) {
      frames.frame(first | frames.littleEndian(3) << 8);
    }
  }

  private void frame(int magic) throws IOException {
    if (magic == FRAME) {
      int descriptor = in.readUnsignedByte();
      boolean singleSegment = (descriptor & 0x20) != 0;
      int sizeFlag = descriptor >> 6;
      int sizeBytes = sizeFlag == 0 && singleSegment ? 1 : SIZE_BYTES[sizeFlag];
      skip((singleSegment ? 0 : 1) + DICTIONARY_BYTES[descriptor & 3] + sizeBytes);
      blocks();
      skip((descriptor & 4) != 0 ? 4 : 0);
    } else if ((magic & 0xFFFFFFF0) == SKIPPABLE) {
      skip(littleEndian(4) & 0xFFFFFFFFL);
    } else {
      throw new IOException("something else follows its frames");
    }
  }

  private void blocks() throws IOException {
    boolean last = false;
    while (!last) {
      int header = littleEndian(3);
      last = (header & 1) != 0;
      boolean repeated = (header >> 1 & 3) == 1;
      skip(repeated ? 1 : header >> 3);
    }
  }

  private int littleEndian(int bytes) throws IOException {
    int value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= in.readUnsignedByte() << (8 * i);
    }
    return value;
  }

  private void skip(long bytes) throws IOException {
    in.skipNBytes(bytes);
  }
}
