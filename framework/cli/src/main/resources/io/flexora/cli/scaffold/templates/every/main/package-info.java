/** The {{kind}} {@code {{name}}} and the plugin that brings it. */
package {{package}};
