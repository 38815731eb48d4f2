/** The page over all runs, while they run and after. */
package io.flexora.web;
