# What `cpack` packs: the binary, its manual page, and completions for bash, zsh and fish, all described by the binary itself.
#
#   cmake --preset package && cmake --build --preset package && cd build/package && cpack
#
# makes weir_<version>_<architecture>.deb, weir-<version>-1.<architecture>.rpm and weir-<version>-Linux-<architecture>.tar.gz;
# `python3 installer/pack wheel|npm build/package/weir <folder>` puts the same binary into a Python wheel or an npm package.
set(described ${PROJECT_BINARY_DIR}/share)
add_custom_command(
  OUTPUT ${described}/weir.1.gz ${described}/weir.bash ${described}/_weir ${described}/weir.fish
  COMMAND ${CMAKE_COMMAND} -E make_directory ${described}
  COMMAND weir debug manual > ${described}/weir.1
  COMMAND gzip -9nf ${described}/weir.1
  COMMAND weir completion bash > ${described}/weir.bash
  COMMAND weir completion zsh > ${described}/_weir
  COMMAND weir completion fish > ${described}/weir.fish
  DEPENDS weir COMMENT "Describing the command for man and the shells" VERBATIM)
add_custom_target(weir_described DEPENDS ${described}/weir.1.gz)

include(GNUInstallDirs)
install(TARGETS weir RUNTIME DESTINATION bin)
install(FILES ${described}/weir.1.gz DESTINATION share/man/man1)
install(FILES ${described}/weir.bash DESTINATION share/bash-completion/completions RENAME weir)
install(FILES ${described}/_weir DESTINATION share/zsh/vendor-completions)
install(FILES ${described}/weir.fish DESTINATION share/fish/vendor_completions.d)
install(FILES LICENSE DESTINATION share/doc/weir RENAME copyright)
install(FILES README.md docs/install.md docs/server.md DESTINATION share/doc/weir)

set(CPACK_GENERATOR DEB RPM TGZ)
set(CPACK_PACKAGE_CONTACT "The weir developers <weir@example.com>")
set(CPACK_PACKAGE_VENDOR weir)
set(CPACK_PACKAGE_FILE_NAME ${PROJECT_NAME}-${PROJECT_VERSION}-${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_PACKAGE_DESCRIPTION "At commit and at push weir reads what git would store, evaluates the infrastructure that the change touches,
and stops what the change makes worse, with the offending expression and a fix that was tried.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION vcs)
set(CPACK_DEBIAN_PACKAGE_DEPENDS git)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${PROJECT_SOURCE_DIR}/installer/debian/prerm)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
set(CPACK_RPM_PACKAGE_LICENSE Apache-2.0)
set(CPACK_RPM_PACKAGE_REQUIRES git)
set(CPACK_RPM_PACKAGE_AUTOREQPROV OFF)
set(CPACK_RPM_PRE_UNINSTALL_SCRIPT_FILE ${PROJECT_SOURCE_DIR}/installer/debian/prerm)
set(CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION /usr/share/man /usr/share/man/man1 /usr/share/bash-completion /usr/share/bash-completion/completions
  /usr/share/zsh /usr/share/zsh/vendor-completions /usr/share/fish /usr/share/fish/vendor_completions.d /usr/share/doc)
include(CPack)
