/** Projects of new plugins, from `flexora plugins new` to an experiment that uses them. */
package io.flexora.distribution.scaffold;
