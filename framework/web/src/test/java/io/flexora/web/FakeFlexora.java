package io.flexora.web;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Stands for the flexora command: says what it was asked, and waits where it is asked to run. */
final class FakeFlexora {

  private FakeFlexora() {}

  public static void main(String[] arguments) throws Exception {
    switch (arguments[0]) {
      case "schema" ->
          System.out.println(
              "{\"properties\": {\"seed\": {\"type\": \"integer\", \"default\": 1,"
                  + " \"description\": \"a word of the schema\"}}}");
      case "check" -> {
        System.out.println(String.join(" ", List.of(arguments).subList(2, arguments.length)));
        System.err.println("read " + Files.readString(Path.of(arguments[1])));
        System.exit(2);
      }
      case "generate" -> generate(arguments);
      case "predict" -> {
        String text = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        System.out.print(
            "a class of "
                + text
                + String.join(" ", List.of(arguments).subList(2, arguments.length)));
      }
      default -> {
        System.out.println("works on " + String.join(" ", arguments));
        Thread.sleep(600_000);
      }
    }
  }

  private static void generate(String[] arguments) throws Exception {
    boolean base = List.of(arguments).contains("--base");
    String prompt = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    int tokens = List.of(arguments).indexOf("--max-tokens");
    String most = tokens < 0 ? "" : " --max-tokens " + arguments[tokens + 1];
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, "UTF-8");
    for (String piece : List.of(base ? "base " : "tuned ", "hears ", prompt + most)) {
      out.print(piece);
      out.flush();
      Thread.sleep(200);
    }
  }
}
