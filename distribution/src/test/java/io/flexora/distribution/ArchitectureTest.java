package io.flexora.distribution;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Scanner;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the parts of the program may know of each other, seen on the classes that are shipped. */
class ArchitectureTest {

  private static final int CLASSES_AT_LEAST = 2000;
  private static final int BUNDLES_AT_LEAST = 45;
  private static final List<String> FOR_BUNDLES =
      List.of(
          "io.flexora.api.",
          "io.flexora.results.",
          "io.flexora.files.",
          "io.flexora.jinja.",
          "io.flexora.formats.",
          "io.flexora.numerics.",
          "io.flexora.transformers.");

  private static final JavaClasses ALL =
      imported(
          Stream.concat(Distribution.framework().stream(), Distribution.bundles().stream())
              .toList());

  @Test
  void theRulesSeeTheProgram() {
    assertThat(ALL.size()).isGreaterThanOrEqualTo(CLASSES_AT_LEAST);
    assertThat(Distribution.bundles()).hasSizeGreaterThanOrEqualTo(BUNDLES_AT_LEAST);
    assertThat(ALL.contain("io.flexora.cli.Main")).isTrue();
    assertThat(ALL.contain("io.flexora.api.plugin.Extension")).isTrue();
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.flexora.(**)").should().beFreeOfCycles().check(ALL);
  }

  @ParameterizedTest
  @MethodSource("bundles")
  void aBundleSeesOnlyTheApiTheLibrariesAndItself(Path jar) {
    JavaClasses classes = imported(List.of(jar));
    Set<String> own = classes.stream().map(JavaClass::getName).collect(Collectors.toSet());

    assertThat(classes.stream().flatMap(c -> c.getDirectDependenciesFromSelf().stream()))
        .filteredOn(dependency -> isOurs(dependency.getTargetClass()))
        .filteredOn(dependency -> !own.contains(component(dependency).getName()))
        .allSatisfy(
            dependency ->
                assertThat(FOR_BUNDLES)
                    .as(dependency.getDescription())
                    .anyMatch(component(dependency).getName()::startsWith));
  }

  @Test
  void theContractsKnowNothingElseOfTheProgram() {
    noClasses()
        .that()
        .resideInAPackage("io.flexora.api..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.flexora..").and(resideOutsideOfPackage("io.flexora.api..")))
        .check(ALL);
  }

  @Test
  void theRecordsOfResultsKnowTheContractsAndNothingElseOfTheProgram() {
    noClasses()
        .that()
        .resideInAPackage("io.flexora.results..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.flexora..")
                .and(resideOutsideOfPackages("io.flexora.api..", "io.flexora.results..")))
        .check(ALL);
  }

  @Test
  void theHostKnowsNoCommandLine() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.flexora.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.flexora.cli..", "picocli..")
        .check(ALL);
  }

  @Test
  void nothingPrintsButTheCommandLineAndTheProcessOfACell() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.flexora.cli..", "io.flexora.comparison.process..")
        .and()
        // It puts them back where a plugin has changed them.
        .haveNameNotMatching("io\\.flexora\\.plugin\\.extension\\.ProcessState\\b.*")
        .should(ACCESS_STANDARD_STREAMS)
        .check(ALL);
  }

  @Test
  void nothingEndsTheProcessButTheCommandLineAndTheProcessOfACell() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.flexora.cli..", "io.flexora.comparison.process..", "io.flexora.files.machine..")
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class)
        .check(ALL);
  }

  /** A named pipe would keep its reader waiting for ever; see {@code RegularFile}. */
  @Test
  void filesAreOpenedForReadingInOnePlace() {
    noClasses()
        .that()
        // Admission has an eye of its own on jars, which are opened behind it.
        .resideOutsideOfPackage("io.flexora.plugin..")
        .and(DescribedPredicate.not(OPENING_THEMSELVES))
        .should()
        .accessTargetWhere(OPENS_A_FILE)
        .check(ALL);
  }

  private static final Set<String> READING =
      Set.of(
          "newInputStream",
          "newBufferedReader",
          "newByteChannel",
          "readString",
          "readAllBytes",
          "readAllLines",
          "lines");

  private static final List<Class<?>> OPENED_BY_CONSTRUCTOR =
      List.of(
          FileInputStream.class,
          FileReader.class,
          RandomAccessFile.class,
          Scanner.class,
          ZipFile.class,
          JarFile.class);

  private static final DescribedPredicate<JavaAccess<?>> OPENS_A_FILE =
      DescribedPredicate.describe("it opens a file", ArchitectureTest::opensAFile);

  private static boolean opensAFile(JavaAccess<?> access) {
    JavaClass owner = access.getTargetOwner();
    boolean byFile =
        access.getTarget() instanceof CodeUnitAccessTarget target
            && target.getRawParameterTypes().stream().anyMatch(t -> t.isEquivalentTo(File.class));
    return (owner.isEquivalentTo(Files.class) && READING.contains(access.getName()))
        || (owner.isEquivalentTo(FileChannel.class) && access.getName().equals("open"))
        || (access.getName().equals("<init>")
            && OPENED_BY_CONSTRUCTOR.stream().anyMatch(owner::isEquivalentTo))
        || (byFile && owner.getPackageName().startsWith("com.fasterxml.jackson"));
  }

  /**
   * The one place; what forces a folder to the disk; what opens a file to write; archives, which it
   * has looked at; and the processor's description, which the system writes.
   */
  private static final DescribedPredicate<JavaClass> OPENING_THEMSELVES =
      DescribedPredicate.describe(
          "opening files themselves",
          type ->
              Set.of(
                      "io.flexora.files.durable.RegularFile",
                      "io.flexora.files.durable.DurableFolder",
                      "io.flexora.runstore.RunLock",
                      "io.flexora.runstore.ReportLock",
                      "io.flexora.runstore.EventLog",
                      "io.flexora.source.hf.DownloadLocks",
                      "io.flexora.source.hf.PartialFile",
                      "io.flexora.source.archive.ZipArchive",
                      "io.flexora.numerics.transformer.Processor")
                  .contains(type.getName()));

  @Test
  void yamlHasOneDoorAndThatOfTheHarnessesTaskFiles() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.flexora.config.yaml..", "io.flexora.task.choice.file..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.yaml.snakeyaml..")
        .check(ALL);
  }

  @Test
  void pyTorchHasOneDoor() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.flexora.numerics.torch..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl.pytorch..")
        .check(ALL);
  }

  /** DJL's own ways give arrays whose memory is Java's; see {@code NativeArrays}. */
  @Test
  void numbersOfJavaBecomeArraysInOnePlace() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.flexora.numerics.torch..")
        .should()
        .callMethodWhere(
            DescribedPredicate.describe(
                "it makes an array of Java's numbers",
                call ->
                    call.getTargetOwner().isAssignableTo(NDManager.class)
                        && call.getName().equals("create")
                        && !call.getTarget()
                            .getRawParameterTypes()
                            .get(0)
                            .isEquivalentTo(Shape.class)))
        .check(ALL);
  }

  @Test
  void onnxRuntimeHasOneDoor() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.flexora.model.onnx..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.djl.onnxruntime..", "ai.onnxruntime..")
        .check(ALL);
  }

  @ParameterizedTest
  @MethodSource("bundles")
  void aBundleImportsEveryPackageInAVersionRange(Path jar) throws IOException {
    assertThat(Manifests.imports(jar))
        .isNotEmpty()
        .allSatisfy(
            (name, version) -> assertThat(version).as(name).matches("[\\[(][0-9.]+,[0-9.]+[\\])]"));
  }

  @ParameterizedTest
  @MethodSource("bundles")
  void aBundleKeepsItsPackagesToItselfAndNamesItsModule(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      var attributes = file.getManifest().getMainAttributes();
      assertThat(attributes.getValue("Export-Package")).isNull();
      String module = attributes.getValue("Flexora-Plugin");
      assertThat(file.getEntry(module.replace('.', '/') + ".class")).as(module).isNotNull();
    }
  }

  static List<Path> bundles() {
    return Distribution.bundles();
  }

  private static JavaClasses imported(List<Path> jars) {
    List<JarFile> files = jars.stream().map(ArchitectureTest::open).toList();
    return new ClassFileImporter().withImportOption(ArchitectureTest::isOurFile).importJars(files);
  }

  private static boolean isOurFile(Location location) {
    return location.contains("/io/flexora/");
  }

  private static boolean isOurs(JavaClass type) {
    return component(type).getName().startsWith("io.flexora.");
  }

  private static JavaClass component(Dependency dependency) {
    return component(dependency.getTargetClass());
  }

  private static JavaClass component(JavaClass type) {
    return type.isArray() ? type.getBaseComponentType() : type;
  }

  private static JarFile open(Path jar) {
    try {
      return new JarFile(jar.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
