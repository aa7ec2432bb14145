using System.Runtime.InteropServices;

namespace Annotator.AppHost.Local.Running;

/// <summary>The few calls of the operating system that .NET does not offer.</summary>
internal static partial class Unix
{
    public const int SIGINT = 2;
    public const int SIGTERM = 15;

    /// <summary>The user and group <c>nobody</c>, which every Unix has; PostgreSQL runs as it when we are root.</summary>
    public const int Nobody = 65534;

    public static bool IsRoot => !OperatingSystem.IsWindows() && geteuid() == 0;

    public static void Signal(int pid, int signal) => _ = kill(pid, signal);

    public static void GiveToNobody(string path)
    {
        if (chown(path, Nobody, Nobody) != 0)
        {
            throw new RunFailedException($"{path} could not be given to the user nobody (error {Marshal.GetLastPInvokeError()}).");
        }
    }

    /// <summary>Whether any user may pass through all folders above and into the path.</summary>
    public static bool IsReachableByAll(string path)
    {
        for (var folder = new DirectoryInfo(path); folder is not null; folder = folder.Parent)
        {
            if (folder.Exists && !folder.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
            {
                return false;
            }
        }

        return true;
    }

    [LibraryImport("libc")]
    private static partial int geteuid();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chown(string path, int user, int group);
}
