package io.flexora.plugin.extension;

import com.google.inject.ConfigurationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.spi.Element;
import com.google.inject.spi.Elements;
import com.google.inject.spi.Message;
import io.flexora.api.plugin.Extension;
import io.flexora.api.plugin.FlexoraModule;
import io.flexora.config.binding.RecordBinder;
import io.flexora.plugin.status.Causes;
import io.flexora.plugin.status.PluginOrigin;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.BundleWiring;

/** Loads a bundle's module, makes the plugin's injector and reads the extensions that it binds. */
public final class PluginWiring {

  private final Bundle bundle;
  private final ClassLoader loader;
  private final PluginOrigin origin;

  PluginWiring(Bundle bundle, PluginOrigin origin) {
    this.bundle = bundle;
    this.origin = origin;
    this.loader = bundle.adapt(BundleWiring.class).getClassLoader();
  }

  ClassLoader context() {
    return PluginClassLoader.of(bundle, loader);
  }

  /**
   * Wires the plugin.
   *
   * @throws WiringException with one line that says why it cannot be wired
   */
  List<InstalledExtension> wire() throws WiringException {
    Injector injector = injector(module());
    WiredPlugin plugin = new WiredPlugin(bundle, injector, context(), origin);
    List<InstalledExtension> extensions =
        injector.getBindings().keySet().stream()
            .filter(key -> key.getTypeLiteral().getRawType() == Extension.class)
            .map(key -> new InstalledExtension((Extension<?>) injector.getInstance(key), plugin))
            .toList();
    if (extensions.isEmpty()) {
      throw new WiringException("its module " + moduleName() + " declares no extension");
    }
    for (InstalledExtension extension : extensions) {
      checkKind(extension);
      checkOptions(extension);
      checkNeeds(extension, injector);
    }
    return extensions;
  }

  static boolean isPlugin(Bundle bundle) {
    return bundle.getHeaders("").get(FlexoraModule.HEADER) != null;
  }

  /**
   * Says what a bundle lacks that uses the plugins' API, but names no module: it does nothing of
   * its own, and gives others nothing.
   */
  public static Optional<String> missingHeader(Bundle bundle) {
    boolean does =
        Stream.of(
                FlexoraModule.HEADER,
                Constants.BUNDLE_ACTIVATOR,
                Constants.EXPORT_PACKAGE,
                Constants.FRAGMENT_HOST)
            .anyMatch(header -> bundle.getHeaders("").get(header) != null);
    return does || !importsModules(bundle)
        ? Optional.empty()
        : Optional.of(
            "has no header %s, which names its module: it is taken for a library"
                .formatted(FlexoraModule.HEADER));
  }

  private static boolean importsModules(Bundle bundle) {
    String imports = bundle.getHeaders("").get(Constants.IMPORT_PACKAGE);
    String name = Pattern.quote(FlexoraModule.class.getPackageName());
    return imports != null
        && Pattern.compile("(^|[\\s,;])" + name + "($|[\\s,;])").matcher(imports).find();
  }

  private String moduleName() {
    return bundle.getHeaders("").get(FlexoraModule.HEADER).strip();
  }

  private FlexoraModule module() throws WiringException {
    Class<?> type = moduleClass();
    if (!FlexoraModule.class.isAssignableFrom(type)) {
      throw new WiringException(
          type.getName()
              + " (header "
              + FlexoraModule.HEADER
              + ") does not extend the host's io.flexora.api.plugin.FlexoraModule");
    }
    try {
      var constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      return (FlexoraModule) constructor.newInstance();
    } catch (NoSuchMethodException e) {
      throw new WiringException(type.getName() + " has no constructor without parameters", e);
    } catch (InvocationTargetException e) {
      throw moduleFailed(e.getCause());
    } catch (ReflectiveOperationException | LinkageError e) {
      throw moduleFailed(e);
    }
  }

  private Class<?> moduleClass() throws WiringException {
    try {
      return loader.loadClass(moduleName());
    } catch (ClassNotFoundException e) {
      throw new WiringException(
          "its module class %s (header %s) is not in the jar"
              .formatted(moduleName(), FlexoraModule.HEADER),
          e);
    } catch (LinkageError e) {
      throw moduleFailed(e);
    }
  }

  private WiringException moduleFailed(Throwable e) {
    return new WiringException("its module " + moduleName() + " failed: " + Causes.of(e), e);
  }

  /**
   * Makes the injector. It has no parent: Guice would keep the keys of a child, and with them the
   * classes of a plugin that is gone, in a parent's list of forbidden keys.
   */
  private Injector injector(FlexoraModule module) throws WiringException {
    List<Element> elements = elements(module);
    try {
      return Guice.createInjector(
          binder -> binder.requireExplicitBindings(), Elements.getModule(elements));
    } catch (RuntimeException e) {
      throw moduleFailed(e);
    }
  }

  /** Runs the module; a failure is caught here, since Guice would print it. */
  private List<Element> elements(FlexoraModule module) throws WiringException {
    List<Element> elements;
    try {
      elements = Elements.getElements(module);
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      throw moduleFailed(e);
    }
    for (Element element : elements) {
      if (element instanceof Message message) {
        throw new WiringException(
            "its module " + moduleName() + " failed: " + Causes.of(message), message.getCause());
      }
    }
    return elements;
  }

  private static void checkKind(InstalledExtension extension) throws WiringException {
    Class<?> point = extension.extension().point();
    Optional<Class<?>> hosts =
        Kinds.ofHost(extension.extension().kind()).filter(host -> host != point);
    if (hosts.isPresent()) {
      throw new WiringException(Kinds.taken(extension, "the host's " + hosts.get().getName()));
    }
  }

  private static void checkOptions(InstalledExtension extension) throws WiringException {
    try {
      RecordBinder.check(extension.extension());
    } catch (IllegalArgumentException e) {
      throw optionsFailed(extension, e.getMessage(), e);
    } catch (LinkageError e) {
      throw optionsFailed(extension, Causes.of(e), e);
    }
  }

  private static WiringException optionsFailed(
      InstalledExtension extension, String problem, Throwable cause) {
    return new WiringException(
        "%s: its options cannot be used: %s".formatted(extension.id(), problem), cause);
  }

  private void checkNeeds(InstalledExtension extension, Injector injector) throws WiringException {
    Class<?> implementation = extension.extension().implementation();
    List<Key<?>> unmet;
    try {
      unmet = ConstructorNeeds.unmet(extension.extension(), injector);
    } catch (ConfigurationException | LinkageError e) {
      throw new WiringException(extension.id() + " cannot be made: " + Causes.of(e), e);
    }
    if (!unmet.isEmpty()) {
      throw new WiringException(
          "%s: %s asks for %s, which neither the host gives nor its module %s binds"
              .formatted(extension.id(), implementation.getName(), words(unmet), moduleName()));
    }
  }

  private static String words(List<Key<?>> keys) {
    return keys.stream().map(PluginWiring::words).collect(Collectors.joining(" and "));
  }

  private static String words(Key<?> key) {
    String type = key.getTypeLiteral().toString();
    return key.getAnnotationType() == null ? type : type + " (" + key.getAnnotation() + ")";
  }
}
