package io.flexora.model.decoder.family;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What depends on the family is in the family's file: no other class can tell one from another. */
class FamiliesAreKnownNowhereElseTest {
  private static final Path CLASSES = Path.of("target", "classes");
  private static final String PACKAGE = "io/flexora/model/decoder/family/";

  /** They name kinds of tokenizers, which llama.cpp calls after families. */
  private static final List<String> OF_TOKENIZERS =
      List.of("FolderTokens.class", "Vocabulary.class");

  /** The texts and the classes that a class names. */
  private record Constants(Set<String> texts, Set<String> classes) {}

  @Test
  void noClassOutsideNamesAFamily() throws IOException {
    Set<String> names = names();
    assertThat(names).contains("llama", "LlamaForCausalLM").hasSizeGreaterThan(8);
    List<Path> others =
        classes(
            path -> !path.contains(PACKAGE) && OF_TOKENIZERS.stream().noneMatch(path::endsWith));
    assertThat(others).hasSizeGreaterThan(20);
    for (Path other : others) {
      Constants constants = read(other);
      assertThat(constants.texts()).as(other.toString()).doesNotContainAnyElementsOf(names);
      assertThat(constants.classes())
          .as(other.toString())
          .filteredOn(name -> name.startsWith(PACKAGE))
          .isSubsetOf(PACKAGE + "Decoder");
    }
  }

  @Test
  void theTextOfTheLayersNamesNone() throws IOException {
    String text = Files.readString(CLASSES.resolve("io/flexora/model/decoder/decoder.torchscript"));
    assertThat(names()).noneMatch(text::contains);
  }

  private static Set<String> names() {
    Set<String> names = new TreeSet<>();
    for (Family family : Decoder.FAMILIES) {
      names.addAll(List.of(family.modelType(), family.architecture(), family.gguf()));
    }
    return names;
  }

  private static List<Path> classes(java.util.function.Predicate<String> wanted)
      throws IOException {
    try (Stream<Path> files = Files.walk(CLASSES)) {
      return files
          .filter(file -> file.toString().endsWith(".class"))
          .filter(file -> wanted.test(file.toString().replace('\\', '/')))
          .toList();
    }
  }

  /** Reads the constant pool; see §4.4 of the Java Virtual Machine Specification. */
  private static Constants read(Path file) {
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      in.readInt();
      in.readInt();
      int count = in.readUnsignedShort();
      String[] utf8 = new String[count];
      List<Integer> texts = new ArrayList<>();
      List<Integer> classes = new ArrayList<>();
      for (int i = 1; i < count; i++) {
        switch (in.readUnsignedByte()) {
          case 1 -> utf8[i] = in.readUTF();
          case 3, 4, 9, 10, 11, 12, 17, 18 -> in.readInt();
          case 5, 6 -> {
            in.readLong();
            i++;
          }
          case 7 -> classes.add(in.readUnsignedShort());
          case 8 -> texts.add(in.readUnsignedShort());
          case 15 -> in.skipBytes(3);
          default -> in.readUnsignedShort();
        }
      }
      return new Constants(named(texts, utf8), named(classes, utf8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> named(List<Integer> indices, String[] utf8) {
    Set<String> names = new TreeSet<>();
    indices.forEach(i -> names.add(utf8[i]));
    return names;
  }
}
