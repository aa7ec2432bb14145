using System.Text.Json;
using Annotator.Cli.Output;

namespace Annotator.Cli.Server;

/// <summary>A server and who one is there.</summary>
internal sealed record Profile(string Server, string Username, string Token);

/// <summary>The servers that somebody has signed in to. The file with their tokens is for its owner's eyes only.</summary>
internal sealed class Profiles(string folder)
{
    public const string DefaultName = "default";

    private readonly string _file = Path.Combine(folder, "profiles.json");

    /// <summary>Below ANNOTATOR_CONFIG_DIR, or where the system keeps a user's settings.</summary>
    public static Profiles Of(CommandHost host) => new(host.Environment("ANNOTATOR_CONFIG_DIR") is { Length: > 0 } named
        ? named
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.Create), "annotator"));

    /// <exception cref="CommandException">The file is damaged, or others may read it.</exception>
    public IReadOnlyDictionary<string, Profile> Read()
    {
        if (!File.Exists(_file))
        {
            return new Dictionary<string, Profile>();
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(_file) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0)
        {
            throw new CommandException(ExitCodes.NotPermitted, $"{_file} holds tokens and others may read it: run chmod 600 {_file}, and make new tokens if it was so for long.");
        }

        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, Profile>>(File.ReadAllText(_file), CommandContext.JsonForm) ?? [];
        }
        catch (JsonException error)
        {
            throw new CommandException(ExitCodes.Failed, $"{_file} is damaged: {error.Message}");
        }
    }

    public void Write(string name, Profile? profile)
    {
        var profiles = new SortedDictionary<string, Profile>(Read().ToDictionary(), StringComparer.Ordinal);
        if (profile is null)
        {
            profiles.Remove(name);
        }
        else
        {
            profiles[name] = profile;
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        // Never open to others, not even for a moment, and never half written.
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var made = Path.Combine(folder, Path.GetRandomFileName());
        using (var output = new FileStream(made, options))
        {
            JsonSerializer.Serialize(output, profiles, CommandContext.JsonForm);
        }

        File.Move(made, _file, overwrite: true);
    }
}
