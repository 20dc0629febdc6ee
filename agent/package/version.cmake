# LANWARDEN_VERSION: the project's, and where the source is no release, how many commits
# and which: "0.1.0~812.g853c029" before the release, "0.1.0+3.g1234567" after it. dpkg
# sorts them so. Another one may be given with -DLANWARDEN_VERSION=.
if(NOT LANWARDEN_VERSION)
  set(LANWARDEN_VERSION ${PROJECT_VERSION})
  find_package(Git QUIET)
  if(GIT_FOUND)
    set(git ${GIT_EXECUTABLE} -C ${PROJECT_SOURCE_DIR})
    execute_process(COMMAND ${git} rev-parse --short=7 HEAD OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    execute_process(COMMAND ${git} rev-list --count HEAD OUTPUT_VARIABLE count OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    execute_process(COMMAND ${git} rev-list --count v${PROJECT_VERSION}..HEAD OUTPUT_VARIABLE since OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(commit AND since STREQUAL "")
      set(LANWARDEN_VERSION ${PROJECT_VERSION}~${count}.g${commit})
    elseif(commit AND NOT since EQUAL 0)
      set(LANWARDEN_VERSION ${PROJECT_VERSION}+${since}.g${commit})
    endif()
  endif()
endif()
