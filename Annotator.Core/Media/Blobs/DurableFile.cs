using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace Annotator.Core.Media.Blobs;

/// <summary>Makes names durable. A flushed file whose directory entry was not flushed can be gone after a power cut.</summary>
internal static class DurableFile
{
    /// <summary>Creates the folder and what is missing above it, each entry durable.</summary>
    public static void CreateFolder(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        var parent = Path.GetDirectoryName(path);
        if (parent is not null)
        {
            CreateFolder(parent);
        }

        Directory.CreateDirectory(path);
        if (parent is not null)
        {
            FlushFolder(parent);
        }
    }

    /// <summary>Renames a flushed file into place, durably. The folder must exist.</summary>
    public static void Publish(string source, string target)
    {
        File.Move(source, target, overwrite: true);
        FlushFolder(Path.GetDirectoryName(target)!);
    }

    public static void FlushFolder(string path)
    {
        // Windows journals directory entries by itself and has no such call.
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var name = new byte[Encoding.UTF8.GetByteCount(path) + 1];
        Encoding.UTF8.GetBytes(path, name);
        var descriptor = Open(name, 0);
        if (descriptor < 0)
        {
            throw new IOException($"The folder '{path}' could not be opened.", new Win32Exception(Marshal.GetLastPInvokeError()));
        }

        try
        {
            if (Flush(descriptor) < 0)
            {
                throw new IOException($"The folder '{path}' could not be flushed.", new Win32Exception(Marshal.GetLastPInvokeError()));
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Flush(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
