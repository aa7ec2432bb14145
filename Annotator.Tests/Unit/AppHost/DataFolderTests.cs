using Annotator.AppHost.Local.Running;

namespace Annotator.Tests.Unit.AppHost;

public sealed class DataFolderTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("annotator-data-").FullName;

    [Fact]
    public void A_folder_with_other_files_is_refused_and_left_alone()
    {
        var photo = Path.Combine(_path, "holiday.jpg");
        File.WriteAllText(photo, "photo");

        Assert.Throws<RunFailedException>(() => DataFolder.Open(_path));
        Assert.Equal([photo], Directory.GetFileSystemEntries(_path));
    }

    [Fact]
    public void Only_one_runner_holds_a_folder_at_a_time()
    {
        using (DataFolder.Open(_path))
        {
            Assert.Throws<RunFailedException>(() => DataFolder.Open(_path));
        }

        DataFolder.Open(_path).Dispose();
    }

    [Fact]
    public void A_secret_stays_the_same_and_is_its_owners_alone()
    {
        using var data = DataFolder.Open(_path);
        var secret = data.Secret("postgres");

        Assert.Equal(secret, data.Secret("postgres"));
        Assert.Equal(32, secret.Length);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_path, "postgres.secret")));
        }
    }

    [Fact]
    public void Emptying_removes_everything_but_the_lock()
    {
        using var data = DataFolder.Open(_path);
        data.Secret("postgres");
        Directory.CreateDirectory(Path.Combine(data.Blobs, "deep"));

        data.Empty();

        Assert.Single(Directory.GetFileSystemEntries(_path));
        Assert.Throws<RunFailedException>(() => DataFolder.Open(_path));
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
