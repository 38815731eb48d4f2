package io.flexora.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import io.flexora.comparison.judge.ResultJudge;
import io.flexora.host.FlexoraHost;
import java.lang.reflect.Executable;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The command line and the page are written on {@link FlexoraHost} and, where no host is needed, on
 * {@link ResultJudge}: of the host's rooms they see what their public methods take and give, and
 * nothing else.
 */
class FrontEndTest {

  private static final String OURS = "io.flexora.";

  /**
   * The contracts, the records of results, the host itself, the front ends, and the library of
   * files and messages.
   */
  private static final List<String> OPEN =
      List.of(
          "io.flexora.api.",
          "io.flexora.results.",
          "io.flexora.host.",
          "io.flexora.cli.",
          "io.flexora.web.",
          "io.flexora.files.");

  private static final int CLASSES_AT_LEAST = 90;

  @Test
  void theCommandLineAndThePageTakeTheDoorsOfTheHost() {
    JavaClasses fronts = frontEnds();
    Set<String> reached = reached();

    assertThat(fronts.size()).isGreaterThan(CLASSES_AT_LEAST);
    assertThat(reached).contains("io.flexora.experiment.Experiment");
    Set<String> behindTheDoors =
        fronts.stream()
            .flatMap(front -> front.getDirectDependenciesFromSelf().stream())
            .filter(dependency -> target(dependency).startsWith(OURS))
            .filter(dependency -> OPEN.stream().noneMatch(target(dependency)::startsWith))
            .filter(dependency -> !reached.contains(target(dependency)))
            .map(dependency -> dependency.getOriginClass().getName() + " -> " + target(dependency))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(behindTheDoors).isEmpty();
  }

  private static String target(Dependency dependency) {
    return dependency.getTargetClass().getBaseComponentType().getName();
  }

  private static JavaClasses frontEnds() {
    List<Location> jars =
        Distribution.framework().stream()
            .filter(jar -> jar.getFileName().toString().matches("flexora-(cli|web)(-\\d.*)?\\.jar"))
            .map(jar -> Location.of(jar.toUri()))
            .toList();
    return new ClassFileImporter().importLocations(jars);
  }

  /**
   * The types in the public signatures of the host and of the judge, and in those of these types.
   */
  private static Set<String> reached() {
    Set<String> reached = new TreeSet<>();
    Deque<Class<?>> open = new ArrayDeque<>(List.of(FlexoraHost.class, ResultJudge.class));
    while (!open.isEmpty()) {
      Class<?> type = open.pop();
      if (type.getName().startsWith(OURS) && reached.add(type.getName())) {
        signatures(type).forEach(open::push);
      }
    }
    return reached;
  }

  private static Set<Class<?>> signatures(Class<?> type) {
    Set<Class<?>> found = new HashSet<>();
    Stream.of(type.getMethods(), type.getConstructors())
        .flatMap(Stream::of)
        .filter(member -> Modifier.isPublic(member.getModifiers()))
        .forEach(member -> add(member, found));
    Stream.of(type.getClasses()).forEach(found::add);
    if (type.isSealed()) {
      found.addAll(List.of(type.getPermittedSubclasses()));
    }
    return found;
  }

  private static void add(Executable member, Set<Class<?>> found) {
    Stream.of(member.getGenericParameterTypes()).forEach(type -> add(type, found));
    Stream.of(member.getGenericExceptionTypes()).forEach(type -> add(type, found));
    add(member.getAnnotatedReturnType().getType(), found);
  }

  private static void add(Type type, Set<Class<?>> found) {
    if (type instanceof Class<?> plain) {
      found.add(plain.isArray() ? plain.getComponentType() : plain);
    } else if (type instanceof ParameterizedType generic) {
      add(generic.getRawType(), found);
      Stream.of(generic.getActualTypeArguments()).forEach(argument -> add(argument, found));
    } else if (type instanceof GenericArrayType array) {
      add(array.getGenericComponentType(), found);
    } else if (type instanceof WildcardType wildcard) {
      Stream.of(wildcard.getUpperBounds()).forEach(bound -> add(bound, found));
    }
  }

  /** Names what is imported, so that a rule never holds of nothing. */
  @Test
  void theRuleSeesTheFrontEnds() {
    assertThat(frontEnds().stream().map(JavaClass::getName))
        .contains("io.flexora.cli.Main", "io.flexora.web.LivePage");
  }
}
