package io.flexora.formats.gguf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** A file that the Python package gguf wrote, and what that package reads in it. */
final class PythonFile {

  private PythonFile() {}

  static byte[] bytes() throws IOException {
    return resource("python.gguf");
  }

  /** The elements of all tensors, one after the other. */
  static FloatBuffer elements() throws IOException {
    return ByteBuffer.wrap(resource("python.f32")).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = PythonFile.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }
}
