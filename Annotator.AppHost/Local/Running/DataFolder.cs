using System.Security.Cryptography;
using System.Text;

namespace Annotator.AppHost.Local.Running;

/// <summary>
/// Everything that a local system keeps: <c>postgres/</c>, <c>blobs/</c> and a few small files. One runner at a time holds it.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private const string Marker = "annotator-data";
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream @lock) => (Root, _lock) = (path, @lock);

    public string Root { get; }
    public string Postgres => Path.Combine(Root, "postgres");
    public string Blobs => Path.Combine(Root, "blobs");
    public string ProcessList => Path.Combine(Root, "processes");

    /// <summary>Opens the folder, made anew where there is none, and locks it until disposed.</summary>
    public static DataFolder Open(string path)
    {
        var isNew = !Directory.Exists(path) || !Directory.EnumerateFileSystemEntries(path).Any();
        Directory.CreateDirectory(path);
        var marker = Path.Combine(path, Marker);
        if (isNew)
        {
            File.WriteAllText(marker, "Annotator keeps its data here: databases, photos, exports. Removing this folder removes them.\n");
        }
        else if (!File.Exists(marker))
        {
            throw new RunFailedException($"{path} holds other files. Name an empty folder, or one that Annotator made.");
        }

        try
        {
            // The lock is the open file itself, so it is gone however the process ends.
            return new DataFolder(path, new FileStream(marker, FileMode.Open, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            throw new RunFailedException($"Another Annotator is running on {path}. Stop it, or name another folder with --data.");
        }
    }

    /// <summary>
    /// The folder of a checkout under the user's data directory. Root's own directory is closed to the user that PostgreSQL
    /// runs as; then it is the system's, <c>/var/lib</c>.
    /// </summary>
    public static string DefaultPath(string checkout)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(checkout)))[..8];
        var name = $"{Path.GetFileName(checkout)}-{id}";
        var user = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        if (Unix.IsRoot && !Unix.IsReachableByAll(user))
        {
            user = "/var/lib";
        }

        return Path.Combine(user, "annotator", name);
    }

    /// <summary>A folder for a service's keys, which its owner alone can read.</summary>
    public string Keys(string service)
    {
        var path = Path.Combine(Root, "keys", service);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }

    /// <summary>Deletes what the folder holds, but never the lock.</summary>
    public void Empty()
    {
        foreach (var entry in new DirectoryInfo(Root).EnumerateFileSystemInfos().Where(entry => entry.Name != Marker))
        {
            if (entry is DirectoryInfo folder)
            {
                folder.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }
    }

    /// <summary>A secret that stays the same from run to run, readable by its owner only.</summary>
    public string Secret(string name)
    {
        var path = Path.Combine(Root, $"{name}.secret");
        if (File.Exists(path))
        {
            return File.ReadAllText(path).Trim();
        }

        var secret = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 32);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.Write(secret);
        return secret;
    }

    public void Dispose() => _lock.Dispose();
}
