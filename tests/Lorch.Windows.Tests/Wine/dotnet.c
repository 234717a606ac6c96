/* The dotnet.exe of a root that was put together from packages, none of which has one: hands its arguments to the hostfxr beside it. */
#include <stdio.h>
#include <wchar.h>
#include <windows.h>

typedef int(__cdecl *run)(int, const wchar_t **, const wchar_t *, const wchar_t *, const wchar_t *);

static wchar_t self[4096], root[4096], library[4096], program[4096];

int wmain(int count, wchar_t **arguments)
{
    GetModuleFileNameW(NULL, self, 4096);
    wcscpy(root, self);
    *wcsrchr(root, L'\\') = 0;
    swprintf(library, 4096, L"%ls\\host\\fxr\\" VERSION L"\\hostfxr.dll", root);
    swprintf(program, 4096, L"%ls\\dotnet.dll", root);
    HMODULE host = LoadLibraryW(library);
    run main = host ? (run)(void *)GetProcAddress(host, "hostfxr_main_startupinfo") : NULL;
    if (!main) {
        fwprintf(stderr, L"%ls can't be loaded: %lu\n", library, GetLastError());
        return 1;
    }
    arguments[0] = self;
    return main(count, (const wchar_t **)arguments, self, root, program);
}
