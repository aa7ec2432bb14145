using Annotator.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace Annotator.Tests.Data;

/// <summary>The entities, the migrations and the database must say the same.</summary>
public sealed class ModelDrift(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    [Fact]
    public void The_migrations_hold_every_change_of_the_entities()
    {
        using var db = fixture.Database.CreateContext();
        Assert.False(db.Database.HasPendingModelChanges(), "Run Annotator.Core/Migrations/regenerate.sh, or add a migration: docs/migrations.md.");
    }

    [Fact]
    public async Task The_database_has_the_columns_that_the_model_names()
    {
        await using var db = fixture.Database.CreateContext();
        var expected =
            from entity in db.Model.GetEntityTypes()
            let table = StoreObjectIdentifier.Table(entity.GetTableName()!)
            from property in entity.GetProperties()
            let column = property.GetColumnName(table)
            where column is not null and not "xmin"
            select $"{table.Name}.{column} {(property.IsColumnNullable(table) ? "null" : "not null")}";

        Assert.Empty(expected.Except(await ColumnsAsync()));
    }

    [Theory]
    [InlineData("tag")]
    [InlineData("shape")]
    [InlineData("track")]
    [InlineData("annotation_change")]
    [InlineData("ops_batch")]
    [InlineData("removed_object")]
    public async Task Annotation_tables_are_cut_into_sixteen_partitions(string table)
    {
        await using var connection = new NpgsqlConnection(fixture.Database.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("SELECT count(*) FROM pg_inherits WHERE inhparent = $1::regclass", connection)
        {
            Parameters = { new() { Value = table } },
        };
        Assert.Equal(16L, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    private async Task<HashSet<string>> ColumnsAsync()
    {
        await using var connection = new NpgsqlConnection(fixture.Database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT table_name || '.' || column_name || CASE is_nullable WHEN 'YES' THEN ' null' ELSE ' not null' END FROM information_schema.columns WHERE table_schema = 'public'",
            connection);
        await using var reader = await command.ExecuteReaderAsync();
        var columns = new HashSet<string>();
        while (await reader.ReadAsync())
        {
            columns.Add(reader.GetString(0));
        }

        return columns;
    }
}
