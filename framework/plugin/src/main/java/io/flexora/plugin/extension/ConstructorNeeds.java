package io.flexora.plugin.extension;

import ai.djl.Device;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Provider;
import com.google.inject.TypeLiteral;
import com.google.inject.spi.Dependency;
import com.google.inject.spi.InjectionPoint;
import io.flexora.api.plugin.Extension;
import io.flexora.api.run.Decisions;
import io.flexora.api.run.Notices;
import io.flexora.api.run.Seeds;
import io.flexora.api.source.Sources;
import java.lang.reflect.ParameterizedType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Finds what an extension asks for and nobody gives, when it is wired and not first when it is
 * made.
 */
final class ConstructorNeeds {

  /** What the host binds for every extension. */
  private static final Set<Class<?>> SERVICES =
      Set.of(Seeds.class, Device.class, Sources.class, Decisions.class, Notices.class);

  private ConstructorNeeds() {}

  /** The needs that are neither bound by the plugin nor given by the host. */
  static List<Key<?>> unmet(Extension<?> extension, Injector plugin) {
    List<InjectionPoint> points = new ArrayList<>();
    points.add(InjectionPoint.forConstructorOf(extension.implementation()));
    points.addAll(InjectionPoint.forInstanceMethodsAndFields(extension.implementation()));
    return points.stream()
        .filter(point -> !point.isOptional())
        .flatMap(point -> point.getDependencies().stream())
        .<Key<?>>map(Dependency::getKey)
        .filter(key -> !isMet(key, extension, plugin))
        .distinct()
        .toList();
  }

  private static boolean isMet(Key<?> asked, Extension<?> extension, Injector plugin) {
    Key<?> key = provided(asked);
    boolean plain = key.getAnnotationType() == null;
    Class<?> type = key.getTypeLiteral().getRawType();
    return (plain && (SERVICES.contains(type) || type == extension.configuration()))
        || plugin.getExistingBinding(key) != null;
  }

  /** The key behind a provider of it. */
  private static Key<?> provided(Key<?> key) {
    TypeLiteral<?> type = key.getTypeLiteral();
    boolean provider =
        type.getRawType() == Provider.class || type.getRawType() == jakarta.inject.Provider.class;
    return provider && type.getType() instanceof ParameterizedType parameterized
        ? key.ofType(parameterized.getActualTypeArguments()[0])
        : key;
  }
}
